import { StepFailure } from '@tsnet/tooling-setup/failure';
import { run } from '@tsnet/tooling-setup/run';
import { formatTally, noTests, type Tally } from '@tsnet/tooling-testing/tally';
import { type Breach, formatBreach } from './breach.ts';
import { checkFileSizes } from './check-file-sizes.ts';
import { checkImports } from './check-imports.ts';
import { checkManifests } from './check-manifests.ts';
import { checkPublishing } from './check-publishing.ts';
import { floors } from './floors.ts';
import { runTests } from './run-tests.ts';
import { plain, turbo } from './turbo.ts';

/** One check: it resolves to a few words on what it found in order, and throws what is wrong. */
export interface Check {
  readonly title: string;
  readonly run: () => Promise<string | undefined>;
}

const biome = [
  'ci',
  '--colors=off',
  '--reporter=concise',
  '--diagnostic-level=warn',
  '--error-on-warnings',
  '.',
];
const knip = ['--no-progress', '--no-config-hints'];

/** The checks of the checkout at `root`, in the order in which they run; `report` gets the tests' tally. */
export function listChecks(root: string, report: (tally: Tally) => void): Check[] {
  const tool = async (command: string, args: readonly string[], hint: string): Promise<undefined> => {
    await run(command, args, { cwd: root, env: { ...process.env, ...plain }, lines: 400, hint });
  };
  return [
    { title: 'build', run: () => task(root, 'build') },
    { title: 'types', run: () => task(root, 'types') },
    {
      title: 'format and lint',
      run: () => tool('biome', biome, '`npm run format` puts right what can be put right by itself.'),
    },
    { title: 'floors and imports', run: async () => refuse(checkImports(root, floors)) },
    { title: 'manifests', run: async () => refuse(checkManifests(root)) },
    { title: 'file sizes', run: async () => refuse(checkFileSizes(root)) },
    { title: 'unused code', run: () => tool('knip', knip, 'Delete it, or name in knip.json who uses it.') },
    { title: 'publishing', run: async () => refuse(await checkPublishing(root)) },
    {
      title: 'tests',
      run: async () => {
        report(noTests);
        const { tally, failure } = await runTests(root);
        report(tally);
        if (failure !== undefined) throw new StepFailure(formatTally(tally), { output: failure.output });
        return formatTally(tally);
      },
    },
  ];
}

async function task(root: string, name: string): Promise<string | undefined> {
  const output = await turbo(root, name);
  const total = /^\s*Tasks:.*?(\d+) total/m.exec(output)?.[1];
  return total === undefined ? undefined : `${total} tasks`;
}

function refuse(breaches: readonly Breach[]): undefined {
  if (breaches.length === 0) return undefined;
  const output = breaches.map(formatBreach).join('\n');
  throw new StepFailure(breaches.length === 1 ? '1 breach' : `${breaches.length} breaches`, { output });
}
