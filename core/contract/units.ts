/** The units of ARK: every amount is an integer of a named size, and a plain decimal text in JSON. */

/** Integer of 1e-8 of the quote currency. */
export type Price = number
/** Integer of 1e-8 of one unit (share, contract, coin). */
export type Quantity = number
/** Integer of 1e-6 of the account currency. */
export type Cash = number
/**
 * Market volume: integer of 1e-4 of one unit (an index trades 1e10 units a day, which 1e-8 could not hold).
 */
export type Volume = number
/** Milliseconds since 1970-01-01T00:00:00Z, event time. */
export type TimeMs = number
/** An amount in JSON: a plain decimal string such as "1455.22"; never a float, never an exponent. */
export type Decimal = string

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }
