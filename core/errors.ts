/**
 * The closed table of what can go wrong, told apart by who must act.
 *
 * Every error a person or another program meets carries one of these codes; each code has one sentence of
 * cause and one of remedy. Compare codes, not classes or messages. A message never holds a secret or a whole
 * payload.
 */

interface ErrorEntry {
  readonly cause: string
  readonly remedy: string
  /** HTTP status when it surfaces there. */
  readonly status: number
  /** May the same call be made again? `ask` = only after asking the other side what became of it. */
  readonly retry: 'no' | 'safe' | 'ask'
}

export const ERRORS = {
  BAD_USAGE: {
    cause: 'The command line is not understood.',
    remedy: 'See the command’s --help.',
    status: 400,
    retry: 'no',
  },
  CONFIG_INVALID: {
    cause: 'The configuration does not fit its schema.',
    remedy: 'Mend each place that is listed.',
    status: 500,
    retry: 'no',
  },
  PLUGIN_INVALID: {
    cause: 'A plugin does not fit the contract.',
    remedy: 'Mend the plugin, or leave it out.',
    status: 500,
    retry: 'no',
  },
  PLUGIN_FAILED: {
    cause: 'A plugin threw, or answered with what is no answer.',
    remedy: 'Mend it; ark plugin test tries a strategy by itself.',
    status: 500,
    retry: 'no',
  },
  PORT_NOT_GRANTED: {
    cause: 'A plugin used a port it did not ask for.',
    remedy: 'Name the port in the plugin’s needs.',
    status: 500,
    retry: 'no',
  },
  EMIT_NOT_DECLARED: {
    cause: 'A plugin emitted a type that it did not declare.',
    remedy: 'Name the type in the plugin’s emits.',
    status: 500,
    retry: 'no',
  },
  SEAL_BROKEN: {
    cause: 'The rules differ from their seal.',
    remedy: 'Restore the graveyard folder, or seal a reviewed change with npm run seal.',
    status: 500,
    retry: 'no',
  },
  LOCKED: {
    cause: 'Another ARK runs on this data directory.',
    remedy: 'Stop it (ark stop) or use another --data-dir.',
    status: 409,
    retry: 'no',
  },
  PORT_TAKEN: {
    cause: 'The TCP port is in use.',
    remedy: 'Stop its owner or choose another port.',
    status: 500,
    retry: 'no',
  },
  NOT_RUNNING: {
    cause: 'No ARK runs on this data directory.',
    remedy: 'Start it with ark start.',
    status: 503,
    retry: 'safe',
  },
  STORE_FAILED: {
    cause: 'The journal database refused a read or a commit.',
    remedy: 'Check disk space and permissions; the next start is clean.',
    status: 500,
    retry: 'no',
  },
  JOURNAL_CORRUPT: {
    cause: 'A journal entry does not match its proof.',
    remedy: 'Keep the file, restore a backup, run ark replay --verify.',
    status: 500,
    retry: 'no',
  },
  REPLAY_DIVERGED: {
    cause: 'A recomputed event differs from the journaled one.',
    remedy: 'Run the build that wrote the run, or report the seq.',
    status: 500,
    retry: 'no',
  },
  REPLAY_RUNNING: {
    cause: 'The first-run replay is still running.',
    remedy: 'Wait until /readyz answers 200.',
    status: 409,
    retry: 'safe',
  },
  QUEUE_FULL: {
    cause: 'The intake queue is full.',
    remedy: 'Try again after the time in Retry-After.',
    status: 503,
    retry: 'safe',
  },
  STOPPING: {
    cause: 'ARK is stopping.',
    remedy: 'Send it again after the restart.',
    status: 503,
    retry: 'safe',
  },
  DATA_INVALID: {
    cause: 'A data row is malformed.',
    remedy: 'Mend the row at the place named.',
    status: 400,
    retry: 'no',
  },
  DATA_TRUNCATED: {
    cause: 'A compressed file ends too early.',
    remedy: 'Fetch the file again.',
    status: 400,
    retry: 'no',
  },
  DATA_BACKWARDS: {
    cause: 'A row is older than one already accepted, or a duplicate.',
    remedy: 'Send rows of a symbol in time order, each once.',
    status: 400,
    retry: 'no',
  },
  FILE_MISSING: {
    cause: 'A file cannot be read.',
    remedy: 'Check path and permissions.',
    status: 400,
    retry: 'no',
  },
  INVALID_BODY: {
    cause: 'The request body does not fit its schema.',
    remedy: 'Mend the place the pointer names.',
    status: 400,
    retry: 'no',
  },
  BODY_TOO_LARGE: {
    cause: 'The request body is over 1 MiB.',
    remedy: 'Send it in smaller parts.',
    status: 413,
    retry: 'no',
  },
  RATE_LIMITED: {
    cause: 'The token sends more requests a second than allowed.',
    remedy: 'Slow down, or raise http.ratePerToken.',
    status: 429,
    retry: 'safe',
  },
  TOKEN_MISSING: {
    cause: 'No valid bearer token.',
    remedy: 'Send Authorization: Bearer with a token of an identity.',
    status: 401,
    retry: 'no',
  },
  ROLE_MISSING: {
    cause: 'The identity does not hold the role.',
    remedy: 'Use an identity that does: ark identity create --role …',
    status: 403,
    retry: 'no',
  },
  SECOND_PERSON: {
    cause: 'Loosening needs two people.',
    remedy:
      'Let another identity confirm it; ark identity create --role risk-officer makes one where there is none.',
    status: 409,
    retry: 'no',
  },
  DENIED: {
    cause: 'The rules deny it.',
    remedy: 'See the verdict for what denies it and why.',
    status: 403,
    retry: 'no',
  },
  NOT_FOUND: { cause: 'There is no such thing.', remedy: 'Check the id.', status: 404, retry: 'no' },
  TRACE_NOT_FOUND: {
    cause: 'No event carries this trace id.',
    remedy: 'Check the id; it is 32 hex digits.',
    status: 404,
    retry: 'no',
  },
  DECISION_NOT_FOUND: {
    cause: 'No decision has this id.',
    remedy: 'List them with GET /v1/decisions.',
    status: 404,
    retry: 'no',
  },
  METHOD_NOT_ALLOWED: {
    cause: 'The path does not take this method.',
    remedy: 'Use a method that the Allow header names.',
    status: 405,
    retry: 'no',
  },
  BAD_QUERY: {
    cause: 'A query parameter is not understood.',
    remedy: 'Mend the parameter that is named.',
    status: 400,
    retry: 'no',
  },
  CONFLICT: {
    cause: 'What is there already stands against it.',
    remedy: 'Look at what is there, then decide.',
    status: 409,
    retry: 'no',
  },
  MODE_CONFLICT: {
    cause: 'The mode does not allow it.',
    remedy: 'See GET /v1/mode for the reason.',
    status: 409,
    retry: 'no',
  },
  PERMIT_ABSENT: {
    cause: 'No permit was made for this order.',
    remedy: 'Let the gate judge it first.',
    status: 403,
    retry: 'no',
  },
  PERMIT_USED: {
    cause: 'The permit was redeemed before.',
    remedy: 'Propose the order anew.',
    status: 403,
    retry: 'no',
  },
  PERMIT_EXPIRED: {
    cause: 'The permit is older than it may be.',
    remedy: 'Propose the order anew.',
    status: 403,
    retry: 'no',
  },
  PERMIT_MISMATCH: {
    cause: 'The order is not the one that was judged.',
    remedy: 'Propose the order anew.',
    status: 403,
    retry: 'no',
  },
  ASSERTION: {
    cause: 'ARK found itself in a state that must not exist.',
    remedy: 'Report it with the log; the next start checks the journal.',
    status: 500,
    retry: 'no',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** `where` is the place: a path in a configuration, file and line, plugin, seq, URL. */
export class ArkError extends Error {
  readonly code: ErrorCode
  readonly where: string

  constructor(code: ErrorCode, where: string, why: string, options?: { cause?: unknown }) {
    super(why, options)
    this.name = 'ArkError'
    this.code = code
    this.where = where
  }

  /**
   * One line, or one a fault: what, where, why, what to do. Not `line`: JavaScriptCore puts a number of that
   * name on every error.
   */
  toLine(): string {
    const place = this.where === '' ? '' : ` at ${this.where}`
    const message = this.message.trimEnd()
    // A list of faults ends its own lines.
    const gap = message.includes('\n') ? '\n' : ' '
    return `${this.code}${place}: ${message}${gap}${ERRORS[this.code].remedy}`
  }
}

export function isArkError(error: unknown, code?: ErrorCode): error is ArkError {
  return error instanceof ArkError && (code === undefined || error.code === code)
}

/** Our own bug: never caught and carried on. */
export function assert(condition: boolean, where: string, why: string): asserts condition {
  if (!condition) throw new ArkError('ASSERTION', where, why)
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
