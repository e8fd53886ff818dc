import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Netns } from './netns.ts';

/**
 * Starts a program that belongs to a namespace; this process stays where it is. As `child_process.spawn`, with
 * arguments always an array and never read by a shell. Needs CAP_SYS_ADMIN.
 *
 * The child keeps the files and mounts of this process: /sys shows the network of the namespace it was
 * mounted in.
 */
export function spawnInNetns(
  netns: Netns,
  command: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'shell'> = {},
): ChildProcess {
  return netns.run(() => spawn(command, args, { ...options, shell: false }));
}
