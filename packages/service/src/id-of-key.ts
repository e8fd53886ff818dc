import { createHash } from 'node:crypto';

/** The id of what a request with an idempotency key makes: twelve hexadecimal digits, the same for the same key. */
export function idOfKey(key: string): string {
  return createHash('sha256').update(`tsnet idempotency key ${key}`).digest('hex').slice(0, 12);
}
