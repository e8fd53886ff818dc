import { join } from 'node:path';
import { type Summary, summarize } from '../shared/statistics.ts';
import { timeProcess } from '../shared/time-process.ts';

const program = join(import.meta.dirname, '../../../apps/cli/dist/main.cjs');

/** How long commands that ask a daemon take from start to exit, in milliseconds, beside a process of the same Node that does nothing. */
export interface CliTimes {
  readonly empty: Summary;
  /** By the command line. */
  readonly commands: Readonly<Record<string, Summary>>;
}

/**
 * Times commands in turn with an empty process, so that what else the machine does is in both.
 *
 * @param socket - where the daemon listens.
 * @param lines - command lines without the program's name, as often as they may be repeated: `network ls`.
 */
export function timeCommands(socket: string, lines: readonly string[], rounds: number): CliTimes {
  const env = { ...process.env, TSNET_SOCKET: socket };
  const empty: number[] = [];
  const times = new Map<string, number[]>(lines.map((line) => [line, []]));
  for (let round = 0; round < rounds; round++) {
    empty.push(timeProcess([process.execPath, '/dev/null'], { env }).milliseconds);
    for (const [line, column] of times) {
      column.push(timeProcess([process.execPath, program, ...line.split(' ')], { env }).milliseconds);
    }
  }
  return {
    empty: summarize(empty),
    commands: Object.fromEntries([...times].map(([line, column]) => [line, summarize(column)])),
  };
}
