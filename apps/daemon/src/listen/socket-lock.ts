import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type Linux, SystemCallError } from '@tsnet/linux';
import { SocketTakenError } from './errors.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes the right to listen at a path, for as long as this process lives or until it is disposed of: of several daemons,
 * one has it. A file beside the socket is locked; the kernel gives back the lock of a killed process.
 *
 * @throws {@link SocketTakenError}
 */
export function lockSocketPath(linux: Linux, path: string): Disposable {
  const file = `${path}.lock`;
  // Each further round means that somebody else has just finished, and taken the file away.
  for (;;) {
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      if (!tryLock(linux, fd)) throw new SocketTakenError(path, holderOf(file));
      if (isStillThere(fd, file)) {
        ftruncateSync(fd);
        writeSync(fd, `${process.pid}\n`);
        return release(fd, file);
      }
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    closeSync(fd);
  }
}

function release(fd: number, file: string): Disposable {
  let isHeld = true;
  return {
    [Symbol.dispose]() {
      if (!isHeld) return;
      isHeld = false;
      if (isStillThere(fd, file)) unlinkSync(file);
      closeSync(fd);
    },
  };
}

function tryLock(linux: Linux, fd: number): boolean {
  try {
    linux.flock(fd, LOCK_EX | LOCK_NB);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && error.errnoName === 'EAGAIN') return false;
    throw error;
  }
}

function isStillThere(fd: number, file: string): boolean {
  const held = fstatSync(fd, { bigint: true });
  const now = statSync(file, { bigint: true, throwIfNoEntry: false });
  return now?.ino === held.ino && now.dev === held.dev;
}

/** The process that holds the lock, if it has come to saying so. */
function holderOf(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}
