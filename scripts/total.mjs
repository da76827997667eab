/**
 * Closes a CI run: adds up what the test runners wrote (one JSON report per stage) and prints the total as
 * the last line. `total.mjs FOLDER FAILED_STAGES…`: a stage that failed without a failed test counts as one
 * failure, and so does a report without any test, because a suite that ran nothing has shown nothing. Exits 1
 * when anything failed.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...failedStages] = process.argv.slice(2)
const reports = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
const stages = new Set([...reports.map((name) => name.slice(0, -'.json'.length)), ...failedStages])
const total = { passed: 0, failed: 0, skipped: 0 }

for (const stage of stages) {
  const { passed, failed, skipped } = count(stage)
  const isSilent = failed === 0 && (passed === 0 || failedStages.includes(stage))
  console.log(`${stage}: ${isSilent ? 'failed' : `${passed} passed, ${failed} failed, ${skipped} skipped`}`)
  total.passed += passed
  total.failed += failed + (isSilent ? 1 : 0)
  total.skipped += skipped
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

/** A report that is missing or cut off counts nothing, which is a failure. */
function count(stage) {
  try {
    const report = JSON.parse(readFileSync(join(folder, `${stage}.json`), 'utf8'))
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}
