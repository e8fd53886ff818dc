import { RemoteError, UnexpectedAnswerError } from './errors.ts';
import type { HttpRequest } from './request.ts';
import type { ProblemDocument } from './schemas/problem.ts';

/** What was answered to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Reads the document that was answered.
 *
 * @param place - where it comes from, for messages.
 * @throws {@link RemoteError} for a refusal, {@link UnexpectedAnswerError} for what is no answer of a daemon of this API:
 * whatever stands between may answer, or a daemon of another version.
 */
export function readAnswer(
  place: string,
  { method, path }: Pick<HttpRequest, 'method' | 'path'>,
  { status, text }: HttpAnswer,
): unknown {
  const document = parse(place, text);
  if (status < 400) return document;
  if (isProblem(document)) throw new RemoteError(document);
  throw new UnexpectedAnswerError(place, `it answers ${method} ${path} with status ${status} and no problem`);
}

function isProblem(document: unknown): document is ProblemDocument {
  if (typeof document !== 'object' || document === null) return false;
  const { code, kind, operation, subject, detail } = document as Partial<ProblemDocument>;
  return [code, kind, operation, subject, detail].every((field) => typeof field === 'string');
}

function parse(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnexpectedAnswerError(place, 'it is no JSON', cause);
  }
}
