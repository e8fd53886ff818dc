/** How many tests ended in which way. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of Vitest's JSON report that is counted. */
export interface TestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The tally of nothing. */
export const noTests: Tally = { passed: 0, failed: 0, skipped: 0 };

/** Both tallies together. */
export function addTallies(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * What a report says. A file that failed to load has no tests to its name, and an error outside of any test has no
 * file: each of them counts as one failure, so that no broken run reads as a good one.
 */
export function tallyReport(report: TestReport): Tally {
  let tally = noTests;
  for (const file of report.testResults) {
    const statuses = file.assertionResults.map((result) => result.status);
    const passed = statuses.filter((status) => status === 'passed').length;
    const failed = statuses.filter((status) => status === 'failed').length;
    const brokenFile = file.status === 'failed' && failed === 0 ? 1 : 0;
    const skipped = statuses.length - passed - failed;
    tally = addTallies(tally, { passed, failed: failed + brokenFile, skipped });
  }
  return report.success || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

/** `12 passed, 0 failed, 1 skipped`. */
export function formatTally(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}
