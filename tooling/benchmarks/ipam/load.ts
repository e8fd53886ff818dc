import { randomBytes } from 'node:crypto';

/** How many addresses are leased in one transaction, where many are. */
export const BATCH = 1000;

/** The name of an owner, as random as a container's id: it sorts anywhere among the others. */
export function newOwner(): string {
  return randomBytes(6).toString('hex');
}
