/** Exact numbers out of Vitest's JSON report. */

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * A file that could not be loaded counts as one failure, and so does a run that ended badly for a reason that no test
 * stands for (an unhandled rejection, a crash before the report). A skipped test is a failed one: a promise that nobody
 * looked at.
 */
export function countTests(json: string | undefined, exitCode: number): Count {
  if (json === undefined) return { passed: 0, failed: 1 };
  const report = JSON.parse(json) as Report;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && (exitCode !== 0 || report.numPassedTests === 0) ? 1 : failed,
  };
}
