import type { ErrorKind } from '@tsnet/errors';

/** The HTTP status of each kind of error. */
const statuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  permission: 403,
  'not-found': 404,
  'already-exists': 409,
  conflict: 409,
  'in-use': 409,
  exhausted: 409,
  aborted: 503,
  unavailable: 503,
  unsupported: 501,
  corrupt: 500,
  internal: 500,
};

/** Errors for which HTTP has a status of its own, by code. */
const exceptions: Readonly<Record<string, number>> = {
  API_PRECONDITION: 412,
  API_KEY_REUSED: 422,
  API_BODY_TOO_LARGE: 413,
  API_MEDIA_TYPE: 415,
};

/** The HTTP status that an error is answered with. */
export function statusOf({ code, kind }: { readonly code: string; readonly kind: ErrorKind }): number {
  return exceptions[code] ?? statuses[kind];
}
