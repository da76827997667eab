/**
 * Every property test begins from one seed, so that a test which passed passes again, on every machine and runtime.
 * `ARK_SEED=random` (or a number) looks elsewhere; what fails there prints its seed and its smallest example.
 */

import process from 'node:process'
import fc from 'fast-check'

const asked = process.env.ARK_SEED ?? '20260101'

if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) })
