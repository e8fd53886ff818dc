import type { CliCommand } from '../../src/cli-command.ts';
import { createProgram } from '../../src/program.ts';

/** The commands that only read, or whose changes are not tsnet's: everything else changes something. */
const reading = [
  ...['network list', 'network inspect', 'endpoint list', 'endpoint inspect', 'port list', 'netns list'],
  ...['ipam list', 'ipam inspect', 'ipam free', 'ipam who', 'ipam export'],
  ...['exec', 'diff', 'status', 'events', 'doctor', 'help'],
];

/** Every command that changes networks, sandboxes, ports or pools: `network create`. */
export const changingCommands: readonly string[] = leavesOf(createProgram())
  .map(({ path }) => path)
  .filter((path) => !reading.includes(path));

/** Every command that is no group, by what is typed behind `tsnet`. */
export function leavesOf(
  command: CliCommand,
  path: readonly string[] = [],
): readonly { readonly path: string; readonly command: CliCommand }[] {
  if (command.commands.length === 0) return [{ path: path.join(' '), command }];
  return command.commands.flatMap((child) => leavesOf(child as CliCommand, [...path, child.name()]));
}
