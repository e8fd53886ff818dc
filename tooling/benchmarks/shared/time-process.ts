import { spawnSync } from 'node:child_process';

/** What a process is started with. */
export interface ProcessInput {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end, as a runtime runs a plugin: a new process, something on its standard input.
 *
 * @throws Error when it fails.
 */
export function timeProcess(
  [program = '', ...args]: readonly string[],
  { input = '', env = process.env }: ProcessInput = {},
): { readonly milliseconds: number; readonly stdout: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { input, env, encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
  return { milliseconds, stdout };
}
