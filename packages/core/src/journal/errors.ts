import { TsnetError } from '@tsnet/errors';
import type { Operation } from './operation.ts';

/** Another operation works on the same thing, and did not come to an end in time. */
export class SubjectBusyError extends TsnetError {
  /** The one that is under way. */
  readonly current: Operation;

  constructor(wanted: Operation, current: Operation) {
    super({
      code: 'CORE_BUSY',
      kind: 'unavailable',
      operation: wanted.kind.replace('-', ' '),
      subject: wanted.subject,
      reason: `another process is at it (${current.kind})`,
      hint: 'Try again when that is done.',
    });
    this.current = current;
  }
}
