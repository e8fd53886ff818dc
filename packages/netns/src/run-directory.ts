import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { constants as os } from 'node:os';
import type { Linux } from '@tsnet/linux';
import { errnoOf } from './errors.ts';
import { LOCK_EX, MS_BIND, MS_REC, MS_SHARED } from './flags.ts';

/**
 * Makes the directory, and makes it a shared mount, as ip-netns(8) does: namespaces named there are then seen
 * from mount namespaces that were copied from this one. May be repeated.
 */
export function prepareRunDirectory(linux: Linux, directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  if (makeShared(linux, directory)) return;
  // Two processes that mount it over each other would hide each other's namespaces; `ip netns` takes this lock too.
  const lock = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    linux.flock(lock, LOCK_EX);
    if (makeShared(linux, directory)) return;
    linux.mount(directory, directory, null, MS_BIND | MS_REC, null);
    linux.mount('', directory, null, MS_SHARED, null);
  } finally {
    closeSync(lock);
  }
}

/** False when the directory is no mount point yet. */
function makeShared(linux: Linux, directory: string): boolean {
  try {
    linux.mount('', directory, null, MS_SHARED, null);
    return true;
  } catch (error) {
    if (errnoOf(error) === os.errno.EINVAL) return false;
    throw error;
  }
}
