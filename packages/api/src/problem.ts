import type { TsnetError } from '@tsnet/errors';
import { statusOf } from './http-status.ts';
import type { FailureDocument, ProblemDocument } from './schemas/problem.ts';

/** The media type of a problem: RFC 9457. */
export const problemMediaType = 'application/problem+json';

/** An error as the API tells of it. */
export function problemOf(error: TsnetError, instance?: string): ProblemDocument {
  const { code, kind, operation, subject, message, hint } = error;
  return {
    type: `urn:tsnet:error:${code}`,
    title: titles[kind],
    status: statusOf(error),
    detail: message,
    ...(instance === undefined ? {} : { instance }),
    code,
    kind,
    operation,
    subject,
    ...(hint === undefined ? {} : { hint }),
    ...(hasProblems(error) ? { problems: [...error.problems] } : {}),
  };
}

/** An error as a part of an answer. */
export function failureOf(error: TsnetError): FailureDocument {
  return error.toJSON();
}

function hasProblems(
  error: TsnetError,
): error is TsnetError & { readonly problems: NonNullable<ProblemDocument['problems']> } {
  return 'problems' in error && Array.isArray(error.problems) && error.problems.length > 0;
}

const titles: Readonly<Record<TsnetError['kind'], string>> = {
  invalid: 'The request makes no sense',
  'not-found': 'There is no such thing',
  'already-exists': 'The name is taken',
  conflict: 'It clashes with something that exists',
  'in-use': 'It still has users',
  exhausted: 'Nothing of it is left',
  permission: 'A privilege is missing',
  unsupported: 'This host cannot do it',
  unavailable: 'It cannot be reached now',
  corrupt: 'The stored state cannot be understood',
  aborted: 'It was cancelled',
  internal: 'A defect of tsnet',
};
