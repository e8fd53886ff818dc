import {
  StoreCorruptError,
  StoreNotFoundError,
  StorePermissionError,
  StoreUnavailableError,
} from './store-errors.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const codes = {
  error: 1,
  perm: 3,
  busy: 5,
  locked: 6,
  readonly: 8,
  corrupt: 11,
  full: 13,
  auth: 23,
  notDatabase: 26,
};

/** Whether another process holds the lock that a call needed: the same call may succeed at once after. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.busy || code === codes.locked;
}

/** The typed error for a failure of SQLite or of the file system; errors of other origin as they are. */
export function storeFailure(operation: string, file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = primaryCode(error);
  if (code !== undefined) return sqliteFailure(operation, file, code, error);
  if (!('syscall' in error) || !('code' in error)) return error;
  if (error.code === 'ENOENT' && error.syscall === 'access') return new StoreNotFoundError(file, error);
  const denied = error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS';
  const hint = 'Check that the path is that of a file in a directory that can be made.';
  return denied
    ? new StorePermissionError(operation, file, error.message, error)
    : new StoreUnavailableError(operation, file, error.message, hint, error);
}

function sqliteFailure(operation: string, file: string, code: number, error: Error): Error {
  switch (code) {
    case codes.perm:
    case codes.readonly:
    case codes.auth:
      return new StorePermissionError(operation, file, error.message, error);
    // Our statements have no errors of their own: the tables are not the ones that they are for.
    case codes.error:
    case codes.corrupt:
    case codes.notDatabase:
      return new StoreCorruptError(
        operation,
        file,
        error.message,
        `Restore ${file} from a copy, or move it away together with ${file}-wal to start afresh.`,
        error,
      );
    case codes.busy:
    case codes.locked:
      return new StoreUnavailableError(
        operation,
        file,
        'another process has locked it for too long',
        'Find the process that has the file open, and try again.',
        error,
      );
    case codes.full:
      return new StoreUnavailableError(operation, file, error.message, 'Free some space on its disk.', error);
    default:
      return new StoreUnavailableError(operation, file, error.message, 'Check the disk and the path.', error);
  }
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Whether SQLite would have had to write to what was opened for reading only. */
export function isReadOnlyFailure(error: unknown): boolean {
  return primaryCode(error) === codes.readonly;
}
