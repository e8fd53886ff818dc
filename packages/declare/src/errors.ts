import { isTsnetError, TsnetError, type TsnetErrorJson } from '@tsnet/errors';
import { type Change, type Conflict, subjectOf } from './plan.ts';
import type { Problem } from './problem.ts';

/** One thing in a file is wrong. Code `DECLARE_INVALID`. */
export class DeclarationProblemError extends TsnetError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `networks.web.mtu`; empty for the file as a whole. */
  readonly field: string;

  constructor(file: string, { line, column, field, reason, hint }: Problem) {
    super({
      code: 'DECLARE_INVALID',
      kind: 'invalid',
      operation: 'read',
      subject: `${file}:${line}:${column}`,
      reason: field === '' ? reason : `${field}: ${reason}`,
      hint,
    });
    this.file = file;
    this.line = line;
    this.column = column;
    this.field = field;
  }

  override toJSON(): TsnetErrorJson {
    const { file, line, column, field } = this;
    return { ...super.toJSON(), ...{ file, line, column, field } };
  }
}

/** A file is wrong; all that is wrong is in {@link errors}. Code `DECLARE_INVALID`. */
export class InvalidDeclarationError extends TsnetError {
  /** From the top of the file to its end. */
  readonly errors: readonly DeclarationProblemError[];

  constructor(file: string, problems: readonly Problem[]) {
    const errors = problems.map((problem) => new DeclarationProblemError(file, problem));
    super({
      code: 'DECLARE_INVALID',
      kind: 'invalid',
      operation: 'read',
      subject: file,
      reason: errors.map(({ line, column, reason }) => `${line}:${column}: ${reason}`).join('; '),
    });
    this.errors = errors;
  }
}

/** Something else stands where a plan would make or remove something. Code `DECLARE_CONFLICT`. */
export class ConflictError extends TsnetError {
  constructor(project: string, { subject, reason, hint }: Conflict) {
    super({
      code: 'DECLARE_CONFLICT',
      kind: 'conflict',
      operation: `apply project ${project} to`,
      subject,
      reason,
      hint,
    });
  }
}

/** A plan has conflicts, and nothing of it was done. Code `DECLARE_CONFLICT`. */
export class PlanConflictsError extends TsnetError {
  readonly errors: readonly ConflictError[];

  constructor(project: string, conflicts: readonly Conflict[]) {
    const errors = conflicts.map((conflict) => new ConflictError(project, conflict));
    super({
      code: 'DECLARE_CONFLICT',
      kind: 'conflict',
      operation: 'apply project',
      subject: project,
      reason: errors.map(({ subject, reason }) => `${subject}: ${reason}`).join('; '),
    });
    this.errors = errors;
  }
}

/** Another run of the project is under way, and did not come to an end in time. Code `DECLARE_BUSY`. */
export class ProjectBusyError extends TsnetError {
  constructor(project: string) {
    super({
      code: 'DECLARE_BUSY',
      kind: 'unavailable',
      operation: 'apply project',
      subject: project,
      reason: 'another process is at it',
      hint: 'Try again when that is done.',
    });
  }
}

/** What became of a plan. */
export interface Outcome {
  readonly done: readonly Change[];
  /** What failed, in the order in which it did. */
  readonly failed: readonly { readonly change: Change; readonly error: unknown }[];
  /** What was not tried, because something that it needs had failed, or because it was asked to stop. */
  readonly skipped: readonly Change[];
}

/** Changes of a plan failed; all that does not need them was carried out. Code `DECLARE_APPLY`, kind of the first. */
export class ApplyError extends TsnetError implements Outcome {
  readonly done: Outcome['done'];
  readonly failed: Outcome['failed'];
  readonly skipped: Outcome['skipped'];

  constructor(project: string, { done, failed, skipped }: Outcome) {
    const errors = failed.map(({ error }) => error);
    super({
      code: 'DECLARE_APPLY',
      kind: errors.find(isTsnetError)?.kind ?? 'internal',
      operation: 'apply project',
      subject: project,
      reason: errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; '),
      hint: 'The rest was applied. Take the causes away, and apply again.',
      cause: errors[0],
    });
    this.done = done;
    this.failed = failed;
    this.skipped = skipped;
  }
}

/** Somebody asked to stop: what had begun was brought to its end, the rest was left. Code `DECLARE_ABORTED`. */
export class ApplyAbortedError extends TsnetError implements Pick<Outcome, 'done' | 'skipped'> {
  readonly done: Outcome['done'];
  readonly skipped: Outcome['skipped'];

  constructor(project: string, { done, skipped }: Outcome, cause: unknown) {
    const [next] = skipped;
    super({
      code: 'DECLARE_ABORTED',
      kind: 'aborted',
      operation: 'apply project',
      subject: project,
      reason: `it was asked to stop${next === undefined ? '' : `, before ${subjectOf(next)}`}`,
      hint: 'Apply again to do the rest.',
      cause,
    });
    this.done = done;
    this.skipped = skipped;
  }
}
