import { run } from '@tsnet/tooling-setup/run';

/** Output that is kept and shown later, maybe in a log, is better without colour. */
export const plain = { NO_COLOR: '1' } as const;

/** What is worth reading of a failed run is long, and all of it. */
const shownLines = 2000;

/** Runs one task in every package that has it, going on where a failure leaves something to run. */
export function turbo(root: string, task: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const args = [
    'run',
    task,
    '--continue=dependencies-successful',
    '--output-logs=errors-only',
    '--log-order=grouped',
  ];
  return run('turbo', args, {
    cwd: root,
    env: { ...process.env, ...plain, ...environment },
    lines: shownLines,
  });
}
