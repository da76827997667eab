/**
 * Every property test begins from one seed, so that what has passed passes again, on every machine and runtime.
 * `ARK_PROPERTY_SEED` gives another, 0 a new one each time; a failure prints its seed and smallest example.
 */

import process from 'node:process'
import fc from 'fast-check'

const seed = Number(process.env.ARK_PROPERTY_SEED ?? 20_260)

if (seed !== 0) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
