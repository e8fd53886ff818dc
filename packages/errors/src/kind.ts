/**
 * Every kind of failure that a caller may want to tell apart. The list is closed: HTTP status and exit
 * code are derived from it, each in one place.
 *
 * - `invalid`: the request makes no sense as it stands; the same request fails again.
 * - `not-found`: the named thing does not exist.
 * - `already-exists`: the name or identity is taken.
 * - `conflict`: the request clashes with something else that exists, or another writer was faster.
 * - `in-use`: the thing still has users.
 * - `exhausted`: a finite supply (addresses, ports, prefixes) has run out.
 * - `permission`: the caller lacks a privilege.
 * - `unsupported`: this kernel, host or driver cannot do it.
 * - `unavailable`: a resource cannot be reached now; the same request may succeed later.
 * - `corrupt`: stored data cannot be understood.
 * - `aborted`: the caller's `AbortSignal` fired.
 * - `internal`: a defect, or a failure that nothing above describes.
 */
export type ErrorKind = (typeof errorKinds)[number];

/** The closed list behind {@link ErrorKind}, in a stable order. */
export const errorKinds = [
  'invalid',
  'not-found',
  'already-exists',
  'conflict',
  'in-use',
  'exhausted',
  'permission',
  'unsupported',
  'unavailable',
  'corrupt',
  'aborted',
  'internal',
] as const;
