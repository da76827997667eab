/**
 * The runs that `start` begins. Their seeds are fixed: the same market gives the same traces on every box.
 */

export const FIRST_RUN = { kind: 'backtest', name: 'sp500', seed: 'sp500' } as const
export const PAPER_RUN = { kind: 'paper', name: 'paper', seed: 'paper' } as const
