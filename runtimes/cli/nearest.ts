/**
 * Where the commands look for the name that was meant; the configuration, which is core's, asks the same
 * module.
 */

export { didYouMean, nearest } from '#core/nearest.ts'
