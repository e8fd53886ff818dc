import { TsnetError } from '@tsnet/errors';

/** A key, prefix, limit or value that no store takes. Code `STORE_INVALID`. */
export class StoreInvalidError extends TsnetError {
  constructor(operation: string, subject: string, reason: string) {
    super({ code: 'STORE_INVALID', kind: 'invalid', operation, subject, reason });
  }
}

/** Other writers were faster, time and again. Code `STORE_CONFLICT`. */
export class StoreConflictError extends TsnetError {
  constructor(attempts: number) {
    super({
      code: 'STORE_CONFLICT',
      kind: 'conflict',
      operation: 'commit',
      subject: 'a transaction',
      reason: `other writers changed what it had read, ${attempts} times in a row`,
      hint: 'Try again.',
    });
  }
}

/** The caller's signal stopped a transaction; nothing was written. Code `STORE_ABORTED`. */
export class StoreAbortedError extends TsnetError {
  constructor(cause: unknown) {
    super({
      code: 'STORE_ABORTED',
      kind: 'aborted',
      operation: 'commit',
      subject: 'a transaction',
      reason: 'the caller stopped it',
      cause,
    });
  }
}

/** A transaction was used after its body had returned: a promise was not awaited. Code `STORE_TRANSACTION_ENDED`. */
export class TransactionEndedError extends TsnetError {
  constructor(verb: string) {
    super({
      code: 'STORE_TRANSACTION_ENDED',
      kind: 'internal',
      operation: verb,
      subject: 'in a transaction',
      reason: 'its body has returned',
      hint: 'Await every call inside the body.',
    });
  }
}

/** A transaction was used for two changes at once. Code `STORE_TRANSACTION_BUSY`. */
export class TransactionBusyError extends TsnetError {
  constructor(verb: string) {
    super({
      code: 'STORE_TRANSACTION_BUSY',
      kind: 'internal',
      operation: verb,
      subject: 'at this moment',
      reason: 'a change in the same transaction has not come to its end',
      hint: 'Await each change before the next one; inside a part, use the transaction that it is given.',
    });
  }
}

/** The store is closed. Code `STORE_CLOSED`. */
export class StoreClosedError extends TsnetError {
  constructor(subject: string) {
    super({
      code: 'STORE_CLOSED',
      kind: 'unavailable',
      operation: 'use',
      subject,
      reason: 'it is closed',
      hint: 'Open it again.',
    });
  }
}

/** The store cannot be reached now: locked for too long, disk full, I/O failure. Code `STORE_UNAVAILABLE`. */
export class StoreUnavailableError extends TsnetError {
  constructor(operation: string, file: string, reason: string, hint: string, cause?: unknown) {
    super({ code: 'STORE_UNAVAILABLE', kind: 'unavailable', operation, subject: file, reason, hint, cause });
  }
}

/** There is no store at a path. Code `STORE_NOT_FOUND`. */
export class StoreNotFoundError extends TsnetError {
  constructor(file: string, cause?: unknown) {
    super({
      code: 'STORE_NOT_FOUND',
      kind: 'not-found',
      operation: 'open',
      subject: file,
      reason: 'there is no such file',
      hint: 'Check the path, or open it once with the right to write, which creates it.',
      cause,
    });
  }
}

/** The process may not read or write the store's file or directory. Code `STORE_PERMISSION`. */
export class StorePermissionError extends TsnetError {
  constructor(operation: string, file: string, reason: string, cause?: unknown) {
    super({
      code: 'STORE_PERMISSION',
      kind: 'permission',
      operation,
      subject: file,
      reason,
      hint: 'Run as the user who owns the file, or choose another path.',
      cause,
    });
  }
}

/** What is stored cannot be understood; it was left as it is. Code `STORE_CORRUPT`. */
export class StoreCorruptError extends TsnetError {
  constructor(operation: string, subject: string, reason: string, hint: string, cause?: unknown) {
    super({ code: 'STORE_CORRUPT', kind: 'corrupt', operation, subject, reason, hint, cause });
  }
}

/** The file was written by another program, or by a newer version of this one. Code `STORE_SCHEMA`. */
export class StoreSchemaError extends TsnetError {
  constructor(file: string, reason: string, hint: string) {
    super({ code: 'STORE_SCHEMA', kind: 'unsupported', operation: 'open', subject: file, reason, hint });
  }
}

/** A transaction that was to read only was told to write. Code `STORE_TRANSACTION_READ_ONLY`. */
export class TransactionReadOnlyError extends TsnetError {
  constructor(verb: string, key: string) {
    super({
      code: 'STORE_TRANSACTION_READ_ONLY',
      kind: 'internal',
      operation: verb,
      subject: `${key} in a transaction`,
      reason: 'the transaction is for reading only',
      hint: 'Run it without `readOnly`.',
    });
  }
}

/** Changes that a watch was to report are not kept any more. Code `STORE_CHANGES_LOST`. */
export class StoreChangesLostError extends TsnetError {
  /** The oldest revision behind which all changes are still kept. */
  readonly oldest: number;

  constructor(after: number, oldest: number) {
    super({
      code: 'STORE_CHANGES_LOST',
      kind: 'conflict',
      operation: 'watch changes after',
      subject: `revision ${after}`,
      reason: `only those after revision ${oldest} are still known`,
      hint: 'Read everything again, and watch from the revision before that.',
    });
    this.oldest = oldest;
  }
}
