import type { StoreCommit, StoreListOptions, StoreValue } from './store.ts';
import { StoreInvalidError } from './store-errors.ts';

/**
 * A key from any texts: each part is percent-encoded, so that no part can be mistaken for two and parts
 * from outside need no checks. `storeKey('port', 'a/b', '80')` is `port/a%2Fb/80`.
 *
 * @throws StoreInvalidError when a part is not well-formed Unicode.
 */
export function storeKey(...parts: readonly string[]): string {
  return parts.map(encodePart).join('/');
}

/** What percent-encoding leaves as it is. */
const plain = /^[\w.~-]*$/;

function encodePart(part: string): string {
  // Most parts are plain, and told to be so in less time than it takes to encode them.
  if (plain.test(part)) return part;
  if (!part.isWellFormed())
    throw new StoreInvalidError('make a key from', part, 'it is not well-formed Unicode');
  return encodeURIComponent(part);
}

/** The prefix of every key that {@link storeKey} makes from these parts and at least one more. */
export function storePrefix(...parts: readonly string[]): string {
  return `${storeKey(...parts)}/`;
}

/** A bound that sorts behind every key beginning with `prefix`: no key holds a DEL character. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\x7f`;
}

const keyPattern = /^[!-~]+$/;
const prefixPattern = /^[!-~]*$/;

/** Refuses a malformed key. */
export function checkKey(key: string): void {
  if (typeof key === 'string' && keyPattern.test(key)) return;
  throw new StoreInvalidError('use', `key ${JSON.stringify(key)}`, 'a key is printable ASCII without spaces');
}

/** Refuses a malformed list request. */
export function checkList(prefix: string, options: StoreListOptions): void {
  checkPrefix('list', prefix);
  const { limit } = options;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new StoreInvalidError('list', `prefix ${prefix}`, `limit ${limit} is not an integer above 0`);
  }
}

/** Refuses a malformed request to watch. */
export function checkWatch(prefix: string, after: number | undefined): void {
  checkPrefix('watch', prefix);
  if (after !== undefined && !(Number.isSafeInteger(after) && after >= 0)) {
    throw new StoreInvalidError('watch', `prefix ${prefix}`, `${after} is not a revision`);
  }
}

/** Refuses a commit with a malformed key or text. */
export function checkCommit(commit: StoreCommit): void {
  for (const { key } of commit.checks) checkKey(key);
  for (const { key, value } of commit.puts) {
    checkKey(key);
    checkValue(key, value);
  }
  for (const key of commit.deletes) checkKey(key);
}

function checkPrefix(operation: string, prefix: string): void {
  if (typeof prefix === 'string' && prefixPattern.test(prefix)) return;
  throw new StoreInvalidError(
    operation,
    `prefix ${JSON.stringify(prefix)}`,
    'a prefix is printable ASCII without spaces',
  );
}

/** Refuses what a store does not keep. */
export function checkValue(key: string, value: StoreValue): void {
  if (typeof value === 'string') {
    if (value.isWellFormed()) return;
    throw new StoreInvalidError('store', `key ${key}`, 'its text is not well-formed Unicode');
  }
  if (value instanceof Uint8Array) return;
  throw new StoreInvalidError('store', `key ${key}`, 'its value is neither text nor bytes');
}
