import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailure } from '@tsnet/tooling-setup/failure';
import { addTallies, noTests, type Tally, type TestReport, tallyReport } from '@tsnet/tooling-testing/tally';
import { reportPath } from '@tsnet/tooling-testing/vitest';
import { turbo } from './turbo.ts';
import { listPackages, type WorkspacePackage } from './workspace.ts';

/** How a whole run of tests ended. */
export interface TestRun {
  readonly tally: Tally;
  /** What the failing packages printed, or why they did not get to run; absent when all is well. */
  readonly failure?: StepFailure;
}

/** Runs the tests of every package and adds up their own reports. */
export async function runTests(root: string): Promise<TestRun> {
  const tested = listPackages(root).filter(({ manifest }) => manifest.scripts?.test !== undefined);
  for (const { path } of tested) rmSync(join(root, path, reportPath), { force: true });

  const failure = await turbo(root, 'test', { TSNET_REPORT: '1' }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof StepFailure) return error;
      throw error;
    },
  );
  const tally = tested.map((entry) => tallyOf(root, entry)).reduce(addTallies, noTests);
  if (failure !== undefined) return { tally, failure };
  return tally.failed === 0 ? { tally } : { tally, failure: new StepFailure('a report tells of failures') };
}

/** A package that left no report did not run its tests: that is a failure, and never nothing. */
function tallyOf(root: string, { path }: WorkspacePackage): Tally {
  const file = join(root, path, reportPath);
  if (!existsSync(file)) return { ...noTests, failed: 1 };
  return tallyReport(JSON.parse(readFileSync(file, 'utf8')) as TestReport);
}
