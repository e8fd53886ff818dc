import { describe, expect, it } from 'vitest';
import type { CliCommand } from './cli-command.ts';
import { createProgram } from './program.ts';
import { readCommandLine } from './read-command-line.ts';

const globalKeys = ['stateDir', 'socket', 'json', 'verbose'];

/** What commander makes of a command line. */
async function readByCommander(words: readonly string[]) {
  const program = createProgram();
  let read: object | undefined;
  const listen = (command: CliCommand) => {
    for (const child of command.commands) listen(child as CliCommand);
    if (command.commands.length > 0) return;
    command.action((...received: unknown[]) => {
      const isGlobal = ([key]: readonly [string, unknown]) => globalKeys.includes(key);
      const globals = Object.fromEntries(Object.entries(command.globals).filter(isGlobal));
      const own = Object.entries(command.opts()).filter((entry) => !isGlobal(entry));
      const args = received.slice(0, -2);
      read = { path: command.path, globals, options: Object.fromEntries(own), args };
    });
  };
  listen(program);
  await program.parseAsync(['node', 'tsnet', ...words]);
  return read;
}

describe('readCommandLine', () => {
  it.each([
    'network ls',
    'network list --json',
    '--json network ls --verbose',
    '--state-dir /tmp/a network --json ls',
    '--socket=none endpoint ls',
    'network create web',
    'network create --no-masquerade --internal web --subnet 10.1.0.0/24 --subnet=fd00::/64 --mtu 1400',
    'network rm web db --force',
    'network rm -f web',
    'network connect web app -p 8080:80 --publish 81:81 --ip 10.1.0.7 --label a=b --dry-run',
    'network disconnect web app',
    'port publish web/front 8080:80',
    'netns rm app',
    'ipam lease blue --owner vm-1 --count 3',
    'ipam release --owner vm-1 --all',
    'ipam release blue 10.0.0.1 --owner vm-1',
    'ipam export',
    'ipam export blue lab --output file',
    'status',
    'reconcile --force',
    'events --type endpoint --type drift --network web',
    'diff -f shop.yaml',
    'apply --file=shop.yaml --dry-run',
  ])('reads as commander does: tsnet %s', async (text) => {
    const words = text.split(' ');
    const { load: _, ...line } = readCommandLine(words) ?? {};
    expect(line).toEqual(await readByCommander(words));
  });

  it.each([
    '',
    'help',
    '--version',
    'network',
    'network ls --help',
    'network ls -h',
    'netwrok ls',
    'network sl',
    'network ls extra',
    'network create',
    'network create web --mtu',
    'network create web --mtu 1 --mtu 2',
    'network create web --mtu -1',
    'network create web --colour red',
    'network create web --internal=yes',
    'network connect web app -p8080:80',
    'network rm -- web',
    'ipam lease blue',
    'run --network web -- true',
    'exec app -- ip address',
  ])('leaves to commander what could be a mistake or is rare: tsnet %s', (text) => {
    expect(readCommandLine(text.split(' ').filter((word) => word !== ''))).toBeUndefined();
  });
});
