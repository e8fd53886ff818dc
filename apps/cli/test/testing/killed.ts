import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestHost } from './test-host.ts';
import { mainPath } from './tsnet.ts';

const preload = fileURLToPath(new URL('../programs/die-after-step.ts', import.meta.url));

/** How a command ended that was to be killed. */
export interface Death {
  readonly signal: NodeJS.Signals | null;
  /** The names of the steps that it had applied. */
  readonly steps: readonly string[];
}

/**
 * Runs `tsnet` on a host, and has it killed (SIGKILL) in the moment after a step, by number or by name and number: see
 * `die-after-step.ts`. With `0` it lives.
 */
export async function killedAfter(host: TestHost, step: string, args: readonly string[]): Promise<Death> {
  const words = host.entering(host.netns, process.execPath, [
    ...['--import', preload, mainPath],
    ...['--state-dir', host.stateDirectory, '--json', '--verbose', ...args],
  ]);
  const env = { ...process.env, TSNET_TEST_STEP: step };
  const child = spawn('nsenter', words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0 && (step === '0' || code !== null))
    throw new Error(`tsnet ${args.join(' ')}: exit code ${code}: ${told}`);
  const steps = [...told.matchAll(/^{"step":{"name":"([^"]+)"/gm)].map(([, name = '']) => name);
  return { signal, steps };
}
