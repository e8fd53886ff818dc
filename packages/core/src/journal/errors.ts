import { TsnetError } from '@tsnet/errors';
import type { Operation } from './operation.ts';

/** Another operation works on the same thing, and did not come to an end in time; or a process holds the sandbox. */
export class SubjectBusyError extends TsnetError {
  /** The one that is under way. */
  readonly current: Operation;

  constructor(wanted: Operation, current: Operation) {
    const isHeld = current.kind === 'hold-sandbox';
    super({
      code: 'CORE_BUSY',
      kind: isHeld ? 'in-use' : 'unavailable',
      operation: wanted.kind.replace('-', ' '),
      subject: wanted.subject,
      reason: isHeld ? 'a process holds it' : `another process is at it (${current.kind})`,
      hint: isHeld ? 'It goes with that process: end that first.' : 'Try again when that is done.',
    });
    this.current = current;
  }
}
