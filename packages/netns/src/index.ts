/**
 * Linux network namespaces without a child process: create, open, list and delete them where `ip netns` sees
 * them, and run a function or a program inside.
 *
 * ```ts
 * import { openLinux } from '@tsnet/linux';
 * import { openNetnsDirectory, spawnInNetns } from '@tsnet/netns';
 *
 * const directory = openNetnsDirectory({ linux: openLinux() });
 * using web = directory.create('web');
 * spawnInNetns(web, 'ip', ['address', 'show'], { stdio: 'inherit' });
 * ```
 *
 * @packageDocumentation
 */
export {
  type NetnsDirectory,
  type NetnsDirectoryOptions,
  type NetnsEntry,
  openNetnsDirectory,
} from './directory.ts';
export {
  InvalidNetnsRefError,
  NetnsClosedError,
  NetnsExistsError,
  NetnsNotFoundError,
  NetnsSystemError,
  NotANetnsError,
} from './errors.ts';
export { type NetnsIdentity, sameNetns } from './identity.ts';
export type { Netns } from './netns.ts';
export { formatNetnsRef, type NetnsRef, parseNetnsRef } from './ref.ts';
export { spawnInNetns } from './spawn.ts';
