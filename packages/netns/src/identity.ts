import type { BigIntStats } from 'node:fs';

/**
 * What a namespace's file says of it. Two open handles are of the same namespace exactly if their
 * identities are equal; once every handle is closed, the kernel may give the inode to another namespace.
 */
export interface NetnsIdentity {
  readonly dev: bigint;
  readonly inode: bigint;
}

/** Whether both are the identity of one namespace. */
export function sameNetns(one: NetnsIdentity, other: NetnsIdentity): boolean {
  return one.inode === other.inode && one.dev === other.dev;
}

/** The identity in what stat(2) returned. */
export function identityOf(stat: BigIntStats): NetnsIdentity {
  return { dev: stat.dev, inode: stat.ino };
}
