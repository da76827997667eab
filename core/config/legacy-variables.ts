/**
 * The 63 variables of the first system's schema, and what each of them means here. A variable that would
 * switch off what makes ARK safe is retired rather than honoured.
 */

import {
  ANY_PORT,
  COUNT,
  type Domain,
  type Fate,
  FLAG,
  key,
  SECRET,
  TEXT,
  type Variable,
  type VariableType,
} from './variable.ts'

const WEB: VariableType = { kind: 'url' }
const USER_PORT: VariableType = { kind: 'integer', least: 1_024, most: 65_535 }

const REDIS = retired(
  'nothing passes through Redis: the queue is in the process',
  'the journal in ARK_DATA_DIR',
)
const FEDERATION = retired('boxes do not find one another by multicast', 'nothing; one box needs no peers')
const ONE_JOURNAL = retired('there is one journal, <data-dir>/ark.db', 'ARK_DATA_DIR')
const NO_FRONTEND = retired('no development server is part of ARK', 'the API port, ARK_PORT')
const TO_STDERR = retired(
  'the log goes to standard error, lines of at most 4 KiB',
  'the service manager’s log',
)
const ALWAYS_AUDITED = retired('the journal is always written and signed', 'ark replay --verify')
const NO_SESSIONS = retired(
  'there are no cookies: every request brings its token',
  'ark identity create, rotate',
)
const NO_COOKIES = retired('there are no cookies to sign', 'ARK_KEY_PASSPHRASE, which production wants')
const NO_MEMORY = retired('there is no separate memory: state is folded from the journal', 'nothing')

export const LEGACY_VARIABLES: readonly Variable[] = [
  // Process and environment.
  legacy(
    'ARK_ENVIRONMENT',
    choice('development', 'staging', 'production'),
    'development',
    key('environment'),
    'What the box is for; production is stricter.',
  ),
  legacy('ARK_DATA_DIR', TEXT, './data', { kind: 'process' }, 'Where everything is kept; also --data-dir.'),
  legacy('ARK_LOG_DIR', TEXT, './logs', TO_STDERR, 'Folder of log files.'),
  legacy(
    'ARK_LOG_LEVEL',
    choice('debug', 'info', 'warn', 'warning', 'error', 'critical'),
    'info',
    { kind: 'process' },
    'Least level that is logged.',
  ),
  // API.
  legacy('ARK_API_PORT', USER_PORT, '8101', key('http.port'), 'Port of the API; ARK_PORT says the same.'),
  legacy(
    'ARK_API_HOST',
    { kind: 'address' },
    '0.0.0.0',
    key('http.host'),
    'Address of the API; ARK_HOST says the same.',
  ),
  legacy(
    'ARK_CORS_ORIGINS',
    TEXT,
    '*',
    retired('pages of other origins may not read a box', 'a proxy in front'),
    'Origins that may call the API.',
  ),
  legacy(
    'ARK_RATE_LIMIT',
    { kind: 'integer', least: 60, most: 60_000_000 },
    '100',
    key('http.ratePerToken', (perMinute) => Math.floor(perMinute / 60)),
    'Requests a minute and token; the key counts by the second.',
  ),
  legacy('ARK_FRONTEND_PORT', USER_PORT, '5173', NO_FRONTEND, 'Port of the frontend.'),
  legacy('ARK_FRONTEND_DIST', TEXT, './frontend/dist', NO_FRONTEND, 'Built frontend.'),
  // Redis.
  legacy('REDIS_URL', WEB, 'redis://localhost:6379/0', REDIS, 'Redis connection.'),
  legacy('REDIS_HOST', TEXT, 'localhost', REDIS, 'Redis host.'),
  legacy('REDIS_PORT', USER_PORT, '6379', REDIS, 'Redis port.'),
  { ...legacy('REDIS_PASSWORD', SECRET, '', REDIS, 'Redis password.'), domain: 'infrastructure' },
  legacy('REDIS_DB', { kind: 'integer', least: 0, most: 15 }, '0', REDIS, 'Redis database.'),
  // Databases.
  legacy('ARK_DB_PATH', TEXT, './data/ark.db', ONE_JOURNAL, 'Main database.'),
  legacy('ARK_REASONING_DB_PATH', TEXT, './data/reasoning_logs.db', ONE_JOURNAL, 'Database of reasons.'),
  legacy(
    'ARK_DB_WAL_MODE',
    FLAG,
    'true',
    retired('the log is always written ahead, durably', 'nothing'),
    'Write-ahead log.',
  ),
  legacy(
    'ARK_DB_BACKUP_DIR',
    TEXT,
    './data/backups',
    retired('a stopped data directory is its own backup', 'a copy of ARK_DATA_DIR'),
    'Folder of backups.',
  ),
  // Federation.
  legacy(
    'ARK_FEDERATION_KEY_PATH',
    TEXT,
    './keys/federation_private.key',
    retired('a box signs with <data-dir>/keys/box.key, which it makes itself', 'ARK_DATA_DIR'),
    'Ed25519 key.',
  ),
  legacy('ARK_FEDERATION_ENABLED', FLAG, 'false', FEDERATION, 'Peer discovery.'),
  legacy('ARK_FEDERATION_MULTICAST', TEXT, '239.255.0.1', FEDERATION, 'Multicast group.'),
  legacy('ARK_FEDERATION_MULTICAST_PORT', USER_PORT, '5007', FEDERATION, 'Multicast port.'),
  legacy('ARK_FEDERATION_WS_PORT', USER_PORT, '8102', FEDERATION, 'Federation port.'),
  // Agents.
  ...['KYLE', 'JOEY', 'KENNY', 'HRM', 'ALETHEIA', 'ID'].map((agent) =>
    legacy(
      `ARK_AGENT_${agent}_ENABLED`,
      FLAG,
      'true',
      retired('all six agents stand between a signal and an order', `ark pause for ${agent.toLowerCase()}`),
      `Runs ${agent.toLowerCase()}.`,
    ),
  ),
  legacy(
    'ARK_DEFAULT_REASONING_DEPTH',
    choice('shallow', 'moderate', 'deep', 'exhaustive'),
    'DEEP',
    retired('an agent has one answer to one input', 'ark explain'),
    'Depth of reasoning.',
  ),
  // Credentials.
  credential('TELEGRAM_BOT_TOKEN', SECRET, 'telegram', 'Token of the bot.'),
  credential('TELEGRAM_ALLOWED_USERS', { kind: 'numbers' }, 'telegram', 'User ids, separated by commas.'),
  credential('OPENAI_API_KEY', SECRET, 'llm', 'OpenAI key.'),
  credential('ANTHROPIC_API_KEY', SECRET, 'llm', 'Anthropic key.'),
  credential('OLLAMA_HOST', WEB, 'llm', 'Address of an Ollama server.', 'http://localhost:11434'),
  credential('ALPACA_API_KEY', SECRET, 'trading', 'Alpaca key id.'),
  credential('ALPACA_API_SECRET', SECRET, 'trading', 'Alpaca secret.'),
  credential('ALPACA_BASE_URL', WEB, 'trading', 'Alpaca endpoint.', 'https://paper-api.alpaca.markets'),
  credential('COINBASE_API_KEY', SECRET, 'trading', 'Coinbase key id.'),
  credential('COINBASE_API_SECRET', SECRET, 'trading', 'Coinbase secret.'),
  credential('NEWS_API_KEY', SECRET, 'external', 'Key of a news service.'),
  // Sessions and audit.
  {
    ...legacy('ARK_SESSION_SECRET', SECRET, '', NO_COOKIES, 'Secret of sessions.'),
    domain: 'infrastructure',
  },
  legacy('ARK_JWT_EXPIRATION', TEXT, '24h', NO_SESSIONS, 'Life of a web token.'),
  legacy('ARK_AUDIT_ENABLED', FLAG, 'true', ALWAYS_AUDITED, 'Audit log.'),
  legacy('ARK_AUDIT_LOG_PATH', TEXT, './logs/audit.log', ALWAYS_AUDITED, 'File of the audit log.'),
  legacy('ARK_MAX_LOG_SIZE_MB', COUNT, '50', TO_STDERR, 'Size of a log file.'),
  // Features.
  legacy(
    'ARK_ENABLE_LLM',
    FLAG,
    'true',
    retired('no language model takes part in a decision', 'nothing'),
    'Language models.',
  ),
  legacy(
    'ARK_ENABLE_WEB_SEARCH',
    FLAG,
    'false',
    retired('nothing here searches the web', 'nothing'),
    'Web search.',
  ),
  legacy(
    'ARK_ENABLE_LIVE_TRADING',
    FLAG,
    'false',
    key('liveTrading'),
    'Real orders; this build refuses true.',
  ),
  legacy('ARK_ENABLE_FEDERATION', FLAG, 'false', FEDERATION, 'Synchronisation of peers.'),
  legacy(
    'ARK_ENABLE_REFLECTION',
    FLAG,
    'true',
    retired('Aletheia re-checks every decision at once', 'nothing'),
    'Nightly reflection.',
  ),
  legacy(
    'ARK_ENABLE_ID_GROWTH',
    FLAG,
    'true',
    retired('an identity does not change by itself', 'ark identity'),
    'Growth of ID.',
  ),
  // Tuning.
  legacy(
    'ARK_WORKERS',
    COUNT,
    '4',
    retired('one process gives one order of events', 'nothing'),
    'Worker processes.',
  ),
  legacy(
    'ARK_WS_TIMEOUT',
    COUNT,
    '60',
    retired('a live feed lasts until either side ends it', 'nothing'),
    'Seconds of silence.',
  ),
  legacy('ARK_MEMORY_CONSOLIDATION_INTERVAL', COUNT, '6', NO_MEMORY, 'Hours between consolidations.'),
  legacy(
    'ARK_REFLECTION_CRON',
    TEXT,
    '0 0 * * *',
    retired('Aletheia re-checks every decision at once', 'nothing'),
    'Time of reflection.',
  ),
  legacy(
    'ARK_METRICS_ENABLED',
    FLAG,
    'true',
    retired('the watch over the box needs its metrics', 'ARK_METRICS_PORT'),
    'Metrics.',
  ),
  legacy(
    'ARK_METRICS_PORT',
    ANY_PORT,
    '9090',
    key('http.metricsPort'),
    'Port of the metrics; 0 = any free one.',
  ),
  legacy(
    'ARK_HEALTH_CHECK_INTERVAL',
    { kind: 'integer', least: 1, most: 60 },
    '30',
    key('plugins.watchdog.agentsEveryMs', (seconds) => seconds * 1_000),
    'Seconds between two looks of the watchdog at the agents.',
  ),
  // Debugging.
  debug(
    'ARK_DEBUG_MODE',
    { kind: 'process' },
    'Logs as ARK_LOG_LEVEL=debug does. Tokens are asked for all the same.',
  ),
  debug(
    'ARK_HOT_RELOAD',
    retired('a box runs the build it was started with', 'a restart'),
    'Reload on change.',
  ),
  debug(
    'ARK_MOCK_APIS',
    retired('paper broker and synthetic market are the default', 'nothing'),
    'Mocked services.',
  ),
]

function legacy(name: string, type: VariableType, fallback: string, fate: Fate, about: string): Variable {
  return { name, type, default: fallback, about, fate, legacy: true }
}

function debug(name: string, fate: Fate, about: string): Variable {
  return { name, type: FLAG, default: 'false', about, fate, legacy: true, debug: true }
}

function choice(...choices: string[]): VariableType {
  return { kind: 'choice', choices }
}

function credential(
  name: string,
  type: VariableType,
  domain: Domain,
  about: string,
  fallback = '',
): Variable {
  return { ...legacy(name, type, fallback, { kind: 'credential' }, about), domain }
}

function retired(because: string, instead: string): Fate {
  return { kind: 'retired', because, instead }
}
