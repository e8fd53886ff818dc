import type { IpPrefix } from '@tsnet/inet';
import { InvalidPoolError } from '../errors.ts';

/** A prefix to cut up, and the length of the pieces. */
export interface Supernet {
  readonly prefix: IpPrefix;
  /** From the length of the prefix to the width of its family. */
  readonly length: number;
}

/**
 * Refuses pieces that do not fit into their supernet.
 *
 * @throws InvalidPoolError
 */
export function checkSupernet(supernet: Supernet): void {
  const { prefix, length } = supernet;
  const { bits } = prefix.address;
  if (Number.isInteger(length) && length >= prefix.length && length <= bits) return;
  throw new InvalidPoolError(
    formatSupernet(supernet),
    'the pieces do not fit into it',
    `Choose a length from ${prefix.length} to ${bits}.`,
    'cut up',
  );
}

/** `10.0.0.0/8 by /24` */
export function formatSupernet({ prefix, length }: Supernet): string {
  return `${prefix} by /${length}`;
}
