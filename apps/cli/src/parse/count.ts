import { InvalidValueError } from '../errors.ts';

/** The most that can be asked for at once. */
const MOST = 1_000_000;

/**
 * Reads how many, from 1 to a million.
 *
 * @throws {@link InvalidValueError}
 */
export function parseCount(option: string, text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST) return count;
  const hint = `Write a number from 1 to ${MOST}.`;
  throw new InvalidValueError(option, text, 'it is no such number', hint);
}
