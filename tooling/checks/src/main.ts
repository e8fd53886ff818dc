import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFailure } from '@tsnet/tooling-setup/failure';
import { step } from '@tsnet/tooling-setup/progress';
import { formatTally } from '@tsnet/tooling-testing/tally';
import { listChecks } from './checks.ts';

/*
 * node tooling/checks/src/main.ts [WORD...]
 *
 * Runs every check, or those whose title holds one of the words. All of them run, whichever fails; what failed is
 * printed after the overview. The tests' tally is left in .cache/tally.txt for programs.
 */
const root = join(import.meta.dirname, '../../..');
const words = process.argv.slice(2);

const tallyFile = join(root, '.cache/tally.txt');
mkdirSync(join(root, '.cache'), { recursive: true });

const checks = listChecks(root, (tally) => writeFileSync(tallyFile, `${formatTally(tally)}\n`));
const chosen = checks.filter(({ title }) => words.length === 0 || words.some((word) => title.includes(word)));
if (chosen.length === 0) {
  console.error(`no such check; there are: ${checks.map(({ title }) => title).join(', ')}`);
  process.exit(2);
}

const failures: string[] = [];
for (const check of chosen) {
  try {
    await step(check.title, check.run);
  } catch (error) {
    failures.push(`── ${check.title} ──\n${describeFailure(error)}`);
  }
}
if (failures.length > 0) {
  console.error(`\n${failures.join('\n\n')}\n\n${failures.length} of ${chosen.length} checks failed`);
  process.exitCode = 1;
}
