import { InvalidNameError } from '../errors.ts';

/** A name without its dot at the end, in the form of RFC 1123, with `_` as in names of services. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** How long a name may be, with its length bytes and the root at the end (RFC 1035 section 2.3.4). */
export const longestName = 255;

/**
 * A name as it stands in a message (length byte and label, in turn, then zero), in lower case and as a string of bytes.
 * Unlike text with dots it is never ambiguous, whatever bytes a label has.
 */
export type NameKey = string;

/** The key of the root. */
export const rootKey: NameKey = '\0';

/**
 * Turns text into a key.
 *
 * @param name - labels of letters, digits, `-` and `_`, in any case, without a dot at the end.
 * @throws {@link InvalidNameError}
 */
export function nameKey(name: string): NameKey {
  let key = '';
  for (const label of name.toLowerCase().split('.')) {
    if (!LABEL.test(label)) {
      throw new InvalidNameError(name, 'a label has 1 to 63 letters, digits, - and _, and no - at its ends');
    }
    key += String.fromCharCode(label.length) + label;
  }
  if (key.length + 1 > longestName) throw new InvalidNameError(name, 'it has more than 253 characters');
  return key + rootKey;
}

/** Whether {@link nameKey} takes it. */
export function isName(name: string): boolean {
  try {
    nameKey(name);
    return true;
  } catch (error) {
    if (error instanceof InvalidNameError) return false;
    throw error;
  }
}

/** The labels of a key, from the left. */
export function labelsOf(key: NameKey): readonly string[] {
  const labels: string[] = [];
  for (let at = 0; key.charCodeAt(at) > 0; at += key.charCodeAt(at) + 1) {
    labels.push(key.slice(at + 1, at + 1 + key.charCodeAt(at)));
  }
  return labels;
}

/** The name that is left when the first label is taken away; undefined for the root. */
export function parentOf(key: NameKey): NameKey | undefined {
  const length = key.charCodeAt(0);
  return length > 0 ? key.slice(length + 1) : undefined;
}

/**
 * A name relative to a domain that it lies in: the root for the domain itself, undefined for a name outside.
 */
export function relativeTo(domain: NameKey, key: NameKey): NameKey | undefined {
  if (!key.endsWith(domain)) return undefined;
  const end = key.length - domain.length;
  let at = 0;
  // The bytes of the domain may also stand in the middle of a label.
  while (at < end) at += key.charCodeAt(at) + 1;
  return at === end ? key.slice(0, end) + rootKey : undefined;
}
