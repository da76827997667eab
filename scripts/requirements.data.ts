/**
 * What was asked of ARK, read by scripts/requirements.ts. A requirement without tests reads "open" by
 * itself; `open` says what is missing of one that has some, and goes when the rest is proven.
 */

import type { Group } from './requirements-page.ts'

export const GROUPS: readonly Group[] = [
  {
    title: 'Tasks of the announcement',
    about: 'The announcement calls tasks 1 to 4 done and 5 to 8 remaining. Here all eight are to be shown.',
    requirements: [
      {
        id: 'TASK_1',
        title: 'Production environment',
        here: 'One configuration, checked whole before anything starts; secrets only from the environment or files.',
        note: 'Instead of a template with placeholders to replace: the first run needs no key, and makes its own.',
        through: ['REQ_SEC_01'],
      },
      {
        id: 'TASK_2',
        title: 'Synthetic validation loop',
        here: '`ark validate` drives a running box from outside and checks the exact denying set of each trace.',
        through: ['FIG_RATE_1HZ', 'FIG_ERRORS_0', 'FIG_P95_400MS', 'FIG_DENIED_26', 'FIG_FALSE_DENIALS_0'],
      },
      {
        id: 'TASK_3',
        title: 'Monitoring and SLO tracking',
        here: 'Metrics, SLOs with budgets and traces come from the journal and the kernel’s own clock, and are served.',
        through: ['COMP_METRICS', 'COMP_SLOS', 'COMP_TRACING', 'PORT_9090', 'HTTP_METRICS', 'HTTP_SLOS'],
      },
      {
        id: 'TASK_4',
        title: 'One repository with its infrastructure',
        here: 'Containers, Prometheus, dashboards, recording and alert rules live beside the sources and are checked there.',
        note: 'Counts of commits, files and lines are no requirement.',
        through: ['REQ_DEPLOY_02', 'COMP_ALERTS', 'COMP_DASHBOARDS', 'FIG_RECORDING_RULES'],
      },
      {
        id: 'TASK_5',
        title: 'Canary deployment',
        here: 'A new release takes a tenth of the traffic first; tripwires on measured series send it back by themselves.',
        through: ['COMP_CANARY'],
      },
      {
        id: 'TASK_6',
        title: 'Rollback automation',
        here: 'Back to the last release and a saved state, with health checks and a ramp, in one command.',
        through: ['COMP_ROLLBACK'],
      },
      {
        id: 'TASK_7',
        title: 'Validation after a deployment',
        here: 'Bad actions are blocked, a failing Kenny is shut out, a dead agent raises an alert, history has no gap.',
        open: 'the same against a deployed box, as a command',
      },
      {
        id: 'TASK_8',
        title: 'Validation in production',
        here: 'A whole canary run: SLOs watched for 30 minutes, tripwires and rollback seen to work.',
        through: ['COMP_CANARY', 'COMP_ROLLBACK'],
      },
    ],
  },
  {
    title: 'Components',
    about:
      'Six agents, three layers under them, and what watches and releases them, by the names of both documents.',
    requirements: [
      {
        id: 'COMP_KYLE',
        title: 'Kyle takes in market signals',
        here: 'Signals and bars become one cleaned form or are refused; nothing that a signal says of itself is believed.',
      },
      {
        id: 'COMP_JOEY',
        title: 'Joey recognises patterns',
        here: 'Ten setups with their scorer and three patterns of bars, on indicators that agree with a plain recomputation.',
      },
      {
        id: 'COMP_KENNY',
        title: 'Kenny executes trades',
        here: 'He sizes a plan within its bounds and submits what was approved, once, at no more than 60 a minute.',
        note: 'No order can leave by his doing alone: core redeems the permit that the gate made.',
        open: 'a broker outside the box: only simulated ones exist',
      },
      {
        id: 'COMP_HRM',
        title: 'HRM enforces the ethics',
        here: 'The gate judges by the sealed rules, HRM adds limits that only tighten; without HRM nothing opens.',
      },
      {
        id: 'COMP_ALETHEIA',
        title: 'Aletheia verifies the truth',
        here: 'She recomputes decisions from disk and reconciles each fill with its permit; what disagrees halts the box.',
      },
      {
        id: 'COMP_ID',
        title: 'ID manages identities',
        here: 'Each plan and request is confirmed as somebody’s; tokens are kept as digests, roles say who may do what.',
        note: 'The original’s simulation of its user is not taken over.',
      },
      {
        id: 'COMP_GRAVEYARD',
        title: 'The graveyard holds immutable ethics',
        here: '26 executable rules and their limits under a seal: a digest that is checked by the build and at run time.',
        note: 'File mode 444 is a courtesy here, no guarantee.',
      },
      {
        id: 'COMP_WATCHDOG',
        title: 'The watchdog monitors and isolates',
        here: 'Four loops over agents, queue, seal and lease; who is silent, slow or failing is shown no more events.',
      },
      {
        id: 'COMP_MUTABLE_CORE',
        title: 'The mutable core keeps state with versions',
        here: 'All state is folded from one journal in SQLite: contiguous, atomic, all or nothing.',
        open: 'history and rollback of one agent’s state by key',
      },
      {
        id: 'COMP_METRICS',
        title: 'A metrics collector',
        here: 'Counters, gauges and histograms in valid Prometheus and OpenMetrics text, with no label without bound.',
        note: 'Thread safety has no object: one thread writes.',
      },
      {
        id: 'COMP_SLOS',
        title: 'SLO tracking',
        here: 'States, error budgets and burn rates over windows; without data an SLO is unknown, never met.',
      },
      {
        id: 'COMP_TRACING',
        title: 'Trace continuity',
        here: 'Every event has its trace and its cause; a trace says which agents were seen, which are missing, how long it took.',
      },
      {
        id: 'COMP_ALERTS',
        title: 'Alerting',
        here: 'Alert rules over the published metrics, tested with a series that fires each.',
      },
      {
        id: 'COMP_DASHBOARDS',
        title: 'Dashboards',
        here: 'Provisioned Grafana dashboards whose queries name metrics that exist.',
      },
      {
        id: 'COMP_QUEUE',
        title: 'A queue between agents and the world',
        here: 'One bounded queue with a lane for control that is never full; what was accepted is never dropped.',
        note: 'Takes the place of Redis: inside a box events pass in memory and last in the journal.',
      },
      {
        id: 'COMP_CANARY',
        title: 'Canary with tripwires',
        here: 'Denials, quarantines and latency of canary and stable are measured and compared; a trip ends the canary.',
      },
      {
        id: 'COMP_ROLLBACK',
        title: 'Rollback with restore',
        here: 'Seven steps from stopping the canary to the validation afterwards, each recorded, tested by injected faults.',
      },
      {
        id: 'COMP_PANEL',
        title: 'Control panel',
        here: 'A page of the box: state, agents, decisions, the controls of people.',
      },
    ],
  },
  {
    title: 'The 34 enterprise requirements',
    about:
      'The status list speaks of 63 requirements and names 34; 63 is the number of variables in its environment schema.',
    requirements: [
      {
        id: 'REQ_INFRA_01',
        title: 'Process supervision',
        here: 'Service units that start, restart and stop a box, with commands that install and remove them.',
      },
      {
        id: 'REQ_INFRA_02',
        title: 'One instance at a time',
        here: 'A lock on the data directory names its process; a stale one is taken over by one winner, a living one by nobody.',
        note: 'One process holds all components, so there is one lock a directory; force is `ark stop --force`.',
      },
      {
        id: 'REQ_INFRA_03',
        title: 'Port collisions found beforehand',
        here: 'A taken port ends the start with the name of its owner; a taken metrics port is a warning.',
      },
      {
        id: 'REQ_INFRA_04',
        title: 'Graceful shutdown',
        here: 'At a signal a box finishes its batch, saves its state, frees lock and ports, and ends with 0.',
      },
      {
        id: 'REQ_MEM_01',
        title: 'Contracts for what is remembered',
        here: 'An agent’s state is versioned plain JSON: saved and loaded it goes on to the same bytes.',
        note: 'Tokens and their compression do not exist here.',
        open: 'a store of lessons with deduplication and retention',
      },
      {
        id: 'REQ_MEM_02',
        title: 'Cold start',
        here: 'A boot continues from the last saved state or from the journal alone, as if it had never been away.',
      },
      {
        id: 'REQ_MEM_03',
        title: 'Snapshots by themselves',
        here: 'State is saved while running and at the end; the two newest are kept.',
        open: 'a test of the interval; snapshots by request; restore from an older one',
      },
      {
        id: 'REQ_AGENT_01',
        title: 'A contract for messages between agents',
        here: 'Types are declared and checked at load and on each emit; an event reads back from the journal byte for byte.',
      },
      {
        id: 'REQ_AGENT_02',
        title: 'Errors go up',
        here: 'An agent that fails is shut out, the mode falls to exits only, and a person restores it.',
      },
      {
        id: 'REQ_AGENT_03',
        title: 'Correlation ids',
        here: 'One trace id from the input to the last event it causes, taken from a traceparent where there is one.',
        open: 'the trace in log lines, and log lines found by it',
      },
      {
        id: 'REQ_AGENT_04',
        title: 'HRM’s rules of arbitration',
        here: 'Limits in order, each with its own missing fact; a setting that loosens is refused at load.',
      },
      {
        id: 'REQ_SEC_01',
        title: 'Boundaries for credentials',
        here: 'Keys and tokens are private to their owner, encrypted on request, and shown nowhere.',
      },
      {
        id: 'REQ_SEC_02',
        title: 'Validation of external input',
        here: 'Whatever is sent gets an answer below 500, changes no mode and leaves the journal provable.',
        note: 'Shapes are checked at the door instead of searching texts for dangerous words.',
      },
      {
        id: 'REQ_SEC_03',
        title: 'Audit of administrative acts',
        here: 'A person’s act is an event under their name before it is answered.',
        open: 'a limit to what is kept',
      },
      {
        id: 'REQ_LOG_01',
        title: 'Log rotation',
        here: 'Log files end at 50 MB or a day, are compressed, and old ones go.',
      },
      {
        id: 'REQ_LOG_02',
        title: 'Live tailing',
        here: 'The journal can be followed live, by agent and type, and resumed without loss.',
        open: '`ark logs --follow` by agent, trace and text',
      },
      {
        id: 'REQ_LOG_03',
        title: 'Metrics endpoint',
        here: 'CPU, memory, disk, missed heartbeats and queue depth in Prometheus form.',
      },
      {
        id: 'REQ_DEPLOY_01',
        title: 'The same environment everywhere',
        here: 'One command installs what is missing and prepares the data directory, on three runtimes.',
        note: 'No Python environment and no Redis to prepare.',
      },
      {
        id: 'REQ_DEPLOY_02',
        title: 'Containers',
        here: 'An image and a compose file with health checks, volumes, networks and limits.',
      },
      {
        id: 'REQ_DEPLOY_03',
        title: 'Pinned versions',
        here: 'Exact versions and a lock file; a tree that differs from them is noticed before anything runs.',
        open: 'an audit of dependencies',
      },
      {
        id: 'REQ_UI_01',
        title: 'Minimal control panel',
        here: 'Status, halt and resume, and a log view in a page that the box serves itself.',
        through: ['COMP_PANEL'],
      },
      {
        id: 'REQ_UI_02',
        title: 'Admin menu behind a key',
        here: 'Ctrl+Alt+A opens the acts of an admin: behind a role, and audited.',
      },
      {
        id: 'REQ_UI_03',
        title: 'Live feed of the agents’ chatter',
        here: 'A WebSocket for each agent shows what it decides within 200 ms of the commit.',
      },
      {
        id: 'REQ_REC_01',
        title: 'Panic shutdown',
        here: 'A box can be ended at once; the next start checks the journal and goes on.',
        note: 'Nothing is saved in an emergency: what was acknowledged is on disk already.',
        open: '`ark stop --force` and `ark panic` themselves',
      },
      {
        id: 'REQ_REC_02',
        title: 'Self-healing boot',
        here: 'Damage is found and named; a state without snapshot is built anew from the journal, or nothing opens.',
        open: '`ark repair` back to a safe baseline',
      },
      {
        id: 'REQ_REC_03',
        title: 'Disaster recovery bundle',
        here: 'Journal, configuration and logs in one compressed file in under 10 s, and back.',
      },
      {
        id: 'REQ_TEST_01',
        title: 'Integration tests of the agents',
        here: 'Signals and 20 years of bars go through all six agents to fills, with one digest on every runtime.',
      },
      {
        id: 'REQ_TEST_02',
        title: 'Contract tests of the API',
        here: 'Each endpoint: sound, malformed and unauthorised requests, limits and rates.',
      },
      {
        id: 'REQ_TEST_03',
        title: 'Load test',
        here: '500 requests a second without an error, with memory flat.',
        note: 'Timings live in `ark bench`; a test can only assert what does not depend on the host.',
      },
      {
        id: 'REQ_DOC_01',
        title: 'A complete launch guide',
        here: 'From a clone to production, with no placeholder left, and a part on troubles.',
      },
      {
        id: 'REQ_DOC_02',
        title: 'Architecture diagram',
        here: 'One drawing of agents and data flow, kept beside the sources.',
      },
      {
        id: 'REQ_DOC_03',
        title: 'Operations handbook',
        here: 'Runbooks for what can go wrong, escalation, and what somebody on call does first.',
      },
      {
        id: 'REQ_GOV_01',
        title: 'Tamper-evident trail of high-level acts',
        here: 'Acts and decisions are leaves of one signed tree: edited, removed or reordered ones are found and halt the box.',
        note: 'Tamper-evident is not tamper-proof: heads must be kept by somebody else as well.',
      },
      {
        id: 'REQ_GOV_02',
        title: 'Registered versions of the configuration',
        here: 'A run holds the digest of its configuration and is not recomputed under another.',
        open: 'history, diff and rollback of configurations',
      },
    ],
  },
  {
    title: 'Metrics',
    about: 'The eleven of the announcement, in base units and under names that Prometheus accepts.',
    requirements: [
      {
        id: 'METRIC_PASS_LATENCY',
        title: 'Latency of a pass',
        here: '`ark_pass_latency_seconds`, a histogram from intake to the last event of its input.',
        note: 'The trace id is an exemplar and no label, as it would have no bound.',
      },
      {
        id: 'METRIC_HRM_LATENCY',
        title: 'Latency of a verdict',
        here: '`ark_hrm_eval_latency_seconds`, a histogram over rules and overlay.',
      },
      {
        id: 'METRIC_STATE_WRITE_LATENCY',
        title: 'Latency of a write',
        here: '`ark_state_write_latency_seconds`, a histogram of durable commits.',
      },
      {
        id: 'METRIC_KYLE_INGEST_RATE',
        title: 'Kyle’s rate of intake',
        here: '`ark_kyle_ingest_rate`, signals and rows a second over the window.',
      },
      {
        id: 'METRIC_JOEY_CONFIDENCE',
        title: 'Joey’s mean confidence',
        here: '`ark_joey_pattern_confidence_avg`, missing without a pattern instead of zero.',
      },
      {
        id: 'METRIC_KENNY_SUCCESS',
        title: 'Kenny’s success rate',
        here: '`ark_kenny_exec_success_ratio`, submissions that a broker did not reject.',
      },
      {
        id: 'METRIC_DENIALS',
        title: 'Denials by rule and agent',
        here: '`ark_hrm_denials_total`, rules and limits alike.',
      },
      {
        id: 'METRIC_QUARANTINES',
        title: 'Quarantines by agent and reason',
        here: '`ark_watchdog_quarantines_total`, counted from the journaled isolation.',
      },
      {
        id: 'METRIC_VALIDATIONS',
        title: 'Validations',
        here: '`ark_graveyard_validations_total`, one for each verdict.',
      },
      {
        id: 'METRIC_HEARTBEAT_FAILURES',
        title: 'Missed heartbeats',
        here: '`ark_agent_heartbeat_failures_total`, by agent.',
      },
      {
        id: 'METRIC_QUEUE_DEPTH',
        title: 'Depth of the queue',
        here: '`ark_queue_depth` of intake and control.',
        note: 'Takes the place of the depth of Redis streams.',
      },
    ],
  },
  {
    title: 'Service levels',
    about:
      'Four targets over 300 s. These tests prove that a level is judged rightly; whether a box meets it is a figure.',
    requirements: [
      {
        id: 'SLO_AVAILABILITY',
        title: 'Available for 99.5 % of the window',
        here: 'Looks at a box that is halted, full, unsealed, without a lease or an agent, or still, count as bad.',
      },
      {
        id: 'SLO_DECISION_LATENCY',
        title: '95 % of decisions within 400 ms',
        here: 'Durations of passes by bucket, the objective itself still good.',
      },
      {
        id: 'SLO_HRM_LATENCY',
        title: '95 % of verdicts within 120 ms',
        here: 'Durations of verdicts, likewise.',
      },
      {
        id: 'SLO_ETHICS_DRIFT',
        title: 'No drift of the ethics',
        here: 'A single look that finds the seal broken spends the whole budget.',
        note: 'Measured by digest, where the announcement infers it from file permissions.',
      },
    ],
  },
  {
    title: 'Figures',
    about:
      'Numbers that the announcement states as validated. Those of the validation loop are shown by `ark validate`.',
    requirements: [
      {
        id: 'FIG_AGENTS_6',
        title: 'Six agents',
        here: 'A signal is seen by all six, whatever the verdict.',
      },
      {
        id: 'FIG_RULES_26',
        title: '26 rules',
        here: 'The table holds them in order with value, severity and effect.',
      },
      {
        id: 'FIG_KENNY_60',
        title: '60 executions a minute',
        here: 'The 61st opening within a minute is throttled for good; an exit never is.',
      },
      {
        id: 'FIG_RATE_1HZ',
        title: 'At least one signal a second',
        here: 'The loop sends at its rate and finds each signal through to its end.',
      },
      {
        id: 'FIG_ERRORS_0',
        title: 'No errors',
        here: 'No request of the loop fails, and a box that is not there is an error.',
      },
      {
        id: 'FIG_P95_400MS',
        title: 'p95 of a pass at most 400 ms',
        here: 'Measured by the loop on a running box.',
      },
      {
        id: 'FIG_HRM_120MS',
        title: 'p95 of HRM at most 120 ms',
        here: 'Measured on a running box; `ark bench rules` has the time of a verdict, in microseconds.',
      },
      {
        id: 'FIG_DENIED_26',
        title: 'Each injected violation denied',
        here: '26 of 26: one violation for each rule, denied by exactly that set.',
        note: 'The announcement shows 5 of 5 in a run whose schedule injects 4.',
      },
      {
        id: 'FIG_FALSE_DENIALS_0',
        title: 'Nothing sound denied',
        here: 'Good orders of the loop are approved.',
      },
      {
        id: 'FIG_METRICS_11',
        title: 'Eleven metrics',
        here: 'Each is named, typed and explained.',
      },
      {
        id: 'FIG_SLOS_4',
        title: 'Four service levels',
        here: 'All are served with their states; false allows is a fifth of ours.',
      },
      {
        id: 'FIG_ALERTS_15',
        title: 'Fifteen alert rules or more',
        here: 'Counted and fired one by one.',
        note: 'The original defines 14.',
      },
      {
        id: 'FIG_RECORDING_RULES',
        title: 'Recording rules for the service levels',
        here: 'Rules over metrics that exist.',
      },
      {
        id: 'FIG_LOOPS_4',
        title: 'Four loops of the watchdog',
        here: 'Each at its interval, and seen when it stops.',
        note: 'Lease and seal take the places of Redis and of the stream of events.',
      },
      {
        id: 'FIG_HEARTBEAT_2',
        title: 'A missed heartbeat within two intervals',
        here: 'An agent to which events arrive and which handles none for two looks is shut out.',
      },
      {
        id: 'FIG_RETENTION_1H',
        title: 'One hour of metrics in memory',
        here: 'Windows of a minute, five minutes and an hour in constant memory.',
      },
      {
        id: 'FIG_CLIENTS_10',
        title: 'Ten at once',
        here: 'Many senders at once, each accepted input in the journal once.',
        note: 'Instead of ten threads: one thread writes, clients are many.',
      },
      {
        id: 'FIG_OPS_10K',
        title: '10,000 operations a second',
        here: 'Reported by `ark bench` as ratios to peers in the same run.',
        note: 'No test asserts a timing, so this stays open by design.',
      },
    ],
  },
  {
    title: 'Ports, endpoints, places',
    about: 'The announcement’s five ports, five endpoints and three volumes.',
    requirements: [
      {
        id: 'PORT_8000',
        title: '8000: the API',
        here: 'The default, by option or variable another; intake, reads and controls.',
      },
      {
        id: 'PORT_9090',
        title: '9090: metrics',
        here: 'The default; health and metrics and nothing else of the API.',
      },
      {
        id: 'PORT_6379',
        title: '6379: Redis',
        here: 'No such port is opened: the queue is in memory, the journal on disk.',
        through: ['COMP_QUEUE'],
      },
      {
        id: 'PORT_9091',
        title: '9091: Prometheus',
        here: 'A service of the compose file.',
      },
      {
        id: 'PORT_3000',
        title: '3000: Grafana',
        here: 'A service of the compose file, with no default password.',
      },
      {
        id: 'HTTP_METRICS',
        title: '`/metrics`',
        here: 'Prometheus text, or OpenMetrics when that is asked for.',
      },
      {
        id: 'HTTP_METRICS_JSON',
        title: '`/metrics/json`',
        here: 'The same, structured, histograms with quantiles.',
      },
      {
        id: 'HTTP_SLOS',
        title: '`/slos`',
        here: 'State, current value, budget and burn rates of each level.',
      },
      {
        id: 'HTTP_HEALTHZ',
        title: '`/healthz`',
        here: 'Alive, with runtime, version, mode and newest seq.',
      },
      {
        id: 'HTTP_READYZ',
        title: '`/readyz`',
        here: '503 with its reasons until the box can be relied upon.',
      },
      {
        id: 'PLACE_STATE',
        title: 'State that lasts',
        here: 'The data directory: made with its parents, private, durable.',
        note: 'Below the working directory or where `--data-dir` says, instead of `/var/lib/ark`.',
      },
      {
        id: 'PLACE_LOGS',
        title: 'Logs that last',
        here: 'Log files beside the data, rotated.',
        through: ['REQ_LOG_01'],
      },
      {
        id: 'PLACE_BACKUPS',
        title: 'Backups',
        here: 'Snapshots and bundles that can be restored elsewhere.',
        through: ['REQ_REC_03'],
      },
    ],
  },
  {
    title: 'Security checklist',
    about:
      'Ten things that the announcement leaves to whoever deploys. Most of them a program can see to itself.',
    requirements: [
      {
        id: 'SAFE_SECRETS',
        title: 'No placeholder is a secret',
        here: 'Keys and tokens are made at random at the first start, private to their owner.',
      },
      {
        id: 'SAFE_GRAVEYARD',
        title: 'The rules cannot be changed unseen',
        here: 'One changed byte breaks the seal, and a broken seal denies everything.',
      },
      {
        id: 'SAFE_STATE_MODE',
        title: 'The database is private',
        here: 'Mode 600 for files, 700 for folders.',
      },
      {
        id: 'SAFE_CORS',
        title: 'No foreign origin',
        here: 'Nothing is offered to other origins, and a rebound name is refused.',
      },
      {
        id: 'SAFE_TLS',
        title: 'Encryption on the wire',
        here: 'A host beyond loopback starts with TLS or behind a declared proxy only.',
      },
      {
        id: 'SAFE_LOG_AGGREGATION',
        title: 'Logs that can be collected',
        here: 'Structured lines, bounded, with no secret and no line break in them.',
        open: 'a configuration of a collector',
      },
      {
        id: 'SAFE_ROTATION',
        title: 'Secrets can be rotated',
        here: 'A revoked token stops working at once.',
        open: 'rotation of the signing key',
      },
      {
        id: 'SAFE_ALERT_ROUTES',
        title: 'Alerts reach somebody',
        here: 'Routes by severity that deliver to a receiver under test.',
      },
      {
        id: 'SAFE_HALT',
        title: 'The emergency halt works',
        here: 'Halting keeps orders out at once, lasts over restarts and kills, and only a person ends it.',
      },
      {
        id: 'SAFE_BACKUPS',
        title: 'Backups are verified',
        here: 'A backup is restored and compared as part of its test.',
        through: ['PLACE_BACKUPS'],
      },
    ],
  },
  {
    title: 'Claimed and not so',
    about:
      'Where the review found a claim of the original without substance. Each is held here by what takes its place.',
    requirements: [
      {
        id: 'CLAIM_01',
        title: 'Six agents that can trade',
        here: 'Agents read real bars and their orders fill; none is a script of fixed answers.',
        through: ['COMP_KYLE', 'COMP_JOEY', 'COMP_KENNY', 'COMP_HRM', 'COMP_ALETHEIA', 'COMP_ID'],
      },
      {
        id: 'CLAIM_02',
        title: 'Kenny’s limit holds',
        here: 'It is counted over submissions, not only configured.',
        through: ['FIG_KENNY_60'],
      },
      {
        id: 'CLAIM_03',
        title: '26 rules are enforced',
        here: 'Each is evaluated on derived facts; what is missing, negative or huge denies.',
        through: ['COMP_GRAVEYARD', 'SLO_ETHICS_DRIFT'],
      },
      {
        id: 'CLAIM_04',
        title: 'The pipeline runs from end to end',
        here: 'From intake through all agents and the rules to fills.',
        open: 'notification of people by message',
        through: ['REQ_TEST_01'],
      },
      {
        id: 'CLAIM_05',
        title: 'HRM’s ruleset is evaluated',
        here: 'Missing data denies; every stage, override and breaker acts.',
        through: ['REQ_AGENT_04'],
      },
      {
        id: 'CLAIM_06',
        title: 'Isolation isolates',
        here: 'Who is shut out is shown nothing more, dispatch sees to it.',
        through: ['COMP_WATCHDOG', 'REQ_AGENT_02'],
      },
      {
        id: 'CLAIM_07',
        title: 'Metrics have producers',
        here: 'Values come from journaled events, levels can be violated.',
        through: ['TASK_3'],
      },
      {
        id: 'CLAIM_08',
        title: 'The loop observes the denials',
        here: 'It fails when nothing is connected or a rule is off.',
        through: ['TASK_2'],
      },
      {
        id: 'CLAIM_09',
        title: 'Canary, rollback and validation act',
        here: 'On measured series, with faults injected.',
        through: ['TASK_5', 'TASK_6', 'TASK_7'],
      },
      {
        id: 'CLAIM_10',
        title: 'Versions are contiguous',
        here: 'A rollback is itself a new version.',
        through: ['COMP_MUTABLE_CORE'],
      },
      {
        id: 'CLAIM_11',
        title: 'Memory is deduplicated and saved soundly',
        here: 'A snapshot is signed, checked, and never taken of a file in motion.',
        through: ['REQ_MEM_01', 'REQ_MEM_03'],
      },
      {
        id: 'CLAIM_12',
        title: 'Verdicts are computed',
        here: 'No verdict is a constant: each is judged again from its facts and compared.',
        open: 'trust between boxes',
        through: ['COMP_ALETHEIA'],
      },
      {
        id: 'CLAIM_13',
        title: '63 requirements',
        here: 'There are 34, all in the table above.',
      },
      {
        id: 'CLAIM_14',
        title: 'Counts are counted',
        here: 'What this page says is generated from the sources and checked.',
        open: 'the number of alerts',
      },
    ],
  },
]
