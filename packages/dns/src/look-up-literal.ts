import { isIP } from 'node:net';

/**
 * The look-up of a datagram socket that deals in addresses only: each stands for itself, at once and without a thread of the pool.
 */
export function lookUpLiteral(
  address: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, address, isIP(address));
}
