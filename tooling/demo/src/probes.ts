import { execa } from 'execa';
import type { Outcome } from './report.ts';
import type { Tsnet } from './tsnet.ts';

/** Where a probe starts: on the host, outside, or in a sandbox. */
export type Vantage = (command: string, ...args: readonly string[]) => Promise<string>;

export const fromHost: Vantage = async (command, ...args) => (await execa(command, args)).stdout;

export const fromOutside: Vantage = async (command, ...args) =>
  (await execa('ip', ['netns', 'exec', 'outside', command, ...args])).stdout;

export function fromSandbox(tsnet: Tsnet, sandbox: string): Vantage {
  return (command, ...args) => tsnet.exec(sandbox, command, ...args);
}

/** One ping, and its round-trip time. */
export async function pings(from: Vantage, address: string): Promise<Outcome> {
  const output = await from('ping', '-c', '1', '-W', '2', address);
  return { good: true, detail: /time=([\d.]+ ms)/.exec(output)?.[1] ?? '' };
}

/** One ping that must be lost. */
export async function cannotPing(from: Vantage, address: string): Promise<Outcome> {
  const answered = await from('ping', '-c', '1', '-W', '1', address).then(
    () => true,
    () => false,
  );
  return { good: !answered, detail: answered ? 'it answered' : 'no answer' };
}

/** One HTTP request, whose answer must be `expected`. */
export async function fetches(from: Vantage, url: string, expected: string): Promise<Outcome> {
  const options = [
    '--silent',
    '--show-error',
    '--globoff',
    '--max-time',
    '5',
    '--retry',
    '40',
    '--retry-delay',
    '0',
  ];
  const answer = await from('curl', ...options, '--retry-connrefused', '--retry-max-time', '5', url);
  return { good: answer === expected, detail: `"${answer}"` };
}
