import { isTsnetError } from '@tsnet/errors';

/** What was read of the host, or why it could not be. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | ({ readonly kind: 'unread' } & Unread);

/** Something that could not be looked at. */
export interface Unread {
  /** The thing: `the firewall`. */
  readonly what: string;
  /** Why not, as a clause. */
  readonly reason: string;
}

/** A reading that succeeded. */
export function read<T>(value: T): Reading<T> {
  return { kind: 'read', value };
}

/** A reading that did not. */
export function unread(what: string, reason: string): Reading<never> {
  return { kind: 'unread', what, reason };
}

/** Carries a reading out. What goes wrong becomes the reason; a defect is thrown. */
export function attempt<T>(what: string, body: () => T): Reading<T> {
  try {
    return read(body());
  } catch (error) {
    if (isTsnetError(error))
      return unread(what, error.kind === 'permission' ? missingPrivilege : error.reason);
    if (error instanceof Error && 'code' in error) {
      return unread(what, permissionCodes.has(`${error.code}`) ? missingPrivilege : error.message);
    }
    throw error;
  }
}

/** What was read, or the other value. */
export function valueOr<T, U>(reading: Reading<T>, otherwise: U): T | U {
  return reading.kind === 'read' ? reading.value : otherwise;
}

const missingPrivilege = 'a privilege is missing';
const permissionCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);
