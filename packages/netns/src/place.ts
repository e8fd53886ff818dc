import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { constants as os } from 'node:os';
import { CLONE_NEWNET, type Linux } from '@tsnet/linux';
import { errnoOf } from './errors.ts';
import { LOCK_EX, LOCK_NB } from './flags.ts';

/**
 * An empty file on which a namespace can be mounted, held under lock: who holds the lock may mount on the
 * file or remove it, nobody else. The kernel drops the lock of a killed process, which leaves the file to the
 * next one that takes the name.
 */
export interface Place {
  readonly kind: 'place';
  /** Removes the file. */
  remove(): void;
  /** Lets go of the file. */
  release(): void;
}

/** Why there is no {@link Place}. */
export type PlaceRefusal = { readonly kind: 'taken' | 'busy' | 'foreign' | 'absent' };

/**
 * Takes the file at `path`, without waiting: `taken` says that a namespace is mounted there, `busy` that somebody
 * else holds the place, `foreign` that the file is something else. With `create`, an absent file is made.
 */
export function takePlace(linux: Linux, path: string, create: boolean): Place | PlaceRefusal {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
  // Each further round means that somebody else has just finished with the name.
  for (;;) {
    const fd = openPlace(path, create ? flags | constants.O_CREAT : flags);
    if (typeof fd !== 'number') return fd;
    const refusal = examineOpen(linux, fd, path);
    if (refusal === undefined) {
      return { kind: 'place', remove: () => unlinkSync(path), release: () => closeSync(fd) };
    }
    closeSync(fd);
    if (refusal !== 'changed') return { kind: refusal };
  }
}

function openPlace(path: string, flags: number): number | PlaceRefusal {
  try {
    return openSync(path, flags, 0o444);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === os.errno.ENOENT && (flags & constants.O_CREAT) === 0) return { kind: 'absent' };
    if (errno === os.errno.ELOOP || errno === os.errno.EISDIR || errno === os.errno.ENXIO) {
      return { kind: 'foreign' };
    }
    throw error;
  }
}

function examineOpen(linux: Linux, fd: number, path: string): ReturnType<typeof examine> {
  try {
    return examine(linux, fd, path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function examine(
  linux: Linux,
  fd: number,
  path: string,
): 'taken' | 'busy' | 'foreign' | 'changed' | undefined {
  const held = fstatSync(fd, { bigint: true });
  if (!held.isFile()) return 'foreign';
  const type = linux.namespaceType(fd);
  if (type === CLONE_NEWNET) return 'taken';
  if (type !== undefined || held.size !== 0n) return 'foreign';
  if (!tryLock(linux, fd)) return 'busy';
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  return now?.ino === held.ino && now.dev === held.dev ? undefined : 'changed';
}

function tryLock(linux: Linux, fd: number): boolean {
  try {
    linux.flock(fd, LOCK_EX | LOCK_NB);
    return true;
  } catch (error) {
    if (errnoOf(error) === os.errno.EAGAIN) return false;
    throw error;
  }
}
