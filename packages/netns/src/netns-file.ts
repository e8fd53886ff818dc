import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { constants as os } from 'node:os';
import { CLONE_NEWNET, type Linux } from '@tsnet/linux';
import { errnoOf } from './errors.ts';
import { identityOf, type NetnsIdentity } from './identity.ts';

/**
 * What is found at the path of a namespace.
 *
 * - `netns`: a network namespace, now open; whoever asked closes it.
 * - `leftover`: an empty file on which no namespace is mounted, as remains of a creation or deletion cut short.
 * - `foreign`: anything else.
 */
export type NetnsFile =
  | { readonly kind: 'netns'; readonly fd: number; readonly identity: NetnsIdentity }
  | { readonly kind: 'leftover' | 'foreign' | 'absent' };

/** Opens what is at `path` if it is a network namespace, and says what it is otherwise. */
export function openNetnsFile(linux: Linux, path: string): NetnsFile {
  const found = statOrAbsent(path);
  if (found === undefined) return { kind: 'absent' };
  // Opening a device or a pipe would have an effect on it.
  if (!found.isFile()) return { kind: 'foreign' };
  const fd = openOrAbsent(path);
  if (fd === undefined) return { kind: 'absent' };
  try {
    const stat = fstatSync(fd, { bigint: true });
    const type = linux.namespaceType(fd);
    if (type === CLONE_NEWNET) return { kind: 'netns', fd, identity: identityOf(stat) };
    closeSync(fd);
    return { kind: type === undefined && stat.isFile() && stat.size === 0n ? 'leftover' : 'foreign' };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function statOrAbsent(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function openOrAbsent(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** /proc says `ESRCH` of a process that ended between two steps. */
function isAbsence(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === os.errno.ENOENT || errno === os.errno.ENOTDIR || errno === os.errno.ESRCH;
}
