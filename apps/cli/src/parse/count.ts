import { InvalidValueError } from '../errors.ts';

/**
 * Reads how many, from 1 to `most`.
 *
 * @throws {@link InvalidValueError}
 */
export function parseCount(option: string, text: string, most = 1_000_000): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  const hint = `Write a number from 1 to ${most}.`;
  throw new InvalidValueError(option, text, 'it is no such number', hint);
}
