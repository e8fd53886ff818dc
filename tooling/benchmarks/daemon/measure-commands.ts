import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { summarize } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import type { CommandResult } from './results.ts';
import { startDaemon, withSubjects } from './subjects.ts';
import { tsnetCommand } from './tsnet-command.ts';

/** Runs that are not counted. */
const WARM_UP = 3;

/** Commands that ask the daemon, beside an empty Node.js process, in turns. */
export function measureCommands({ cliRounds }: Options): Promise<CommandResult> {
  return withSubjects(async (subjects) => {
    const { daemon, socket, connector } = await startDaemon(subjects);
    await connector.call('setUp', 1, 2);
    const script = join(dirname(socket), 'empty.mjs');
    writeFileSync(script, '');
    const tsnet = (...args: readonly string[]) => tsnetCommand(socket, ...args);
    const commands: readonly (readonly [string, readonly string[]])[] = [
      ['an empty Node.js process', [process.execPath, script]],
      ['tsnet network ls', tsnet('network', 'ls')],
      ['tsnet endpoint ls', tsnet('endpoint', 'ls')],
      ['tsnet network connect', tsnet('network', 'connect', 'bench0', 's0')],
      ['tsnet network disconnect', tsnet('network', 'disconnect', 'bench0', 's0')],
    ];
    const measured = commands.map(([name, command]) => ({ name, command, times: [] as number[] }));
    for (let round = 0; round < WARM_UP + cliRounds; round++) {
      for (const { command, times } of measured) {
        const milliseconds = await daemon.call<number>('time', command);
        if (round >= WARM_UP) times.push(milliseconds);
      }
    }
    await connector.call('takeDown');
    const [empty, ...asking] = measured.map(({ name, times }) => ({ name, summary: summarize(times) }));
    if (empty === undefined) throw new RangeError('nothing was measured');
    return { empty: empty.summary, commands: asking };
  });
}
