import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { NetnsIdentity } from '../src/index.ts';

/** What a program prints, without the last newline. */
export function output(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).trimEnd();
}

/** The names that `ip netns` lists, sorted. */
export function namesThatIpLists(): string[] {
  return output('ip', 'netns', 'list')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[0] ?? '')
    .sort();
}

/** How /proc writes the namespace: `net:[4026531840]`. */
export function procText(identity: NetnsIdentity): string {
  return `net:[${identity.inode}]`;
}

/** The namespace of each thread of this process. */
export function namespacesOfThreads(): string[] {
  return readdirSync('/proc/self/task').map((id) => readlinkSync(`/proc/self/task/${id}/ns/net`));
}

/** How many mounts there are on exactly `path`. */
export function mountsOn(path: string): number {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4] === path).length;
}

/** How many files this process has open. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
