import { InvalidNameError } from '../errors.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const NAME_LIMIT = 63;

/** Bytes of the longest name of a link. */
export const IF_NAME_LIMIT = 15;

/**
 * Checks the name of a network or an endpoint: 1 to 63 letters, digits, `_`, `.` and `-`, beginning with a
 * letter or digit, without `..`.
 *
 * @param what - the kind of thing that is named, for the message: `network`.
 * @throws {@link InvalidNameError}
 */
export function checkName(what: string, name: string): string {
  if (name === '') throw new InvalidNameError(what, name, 'it is empty');
  if (name.length > NAME_LIMIT) {
    throw new InvalidNameError(
      what,
      name,
      `it has ${name.length} characters, at most ${NAME_LIMIT} are allowed`,
    );
  }
  if (!NAME.test(name) || name.includes('..')) {
    throw new InvalidNameError(
      what,
      name,
      'only letters, digits, "_", "." and "-" are allowed, beginning with a letter or digit, without ".."',
    );
  }
  return name;
}

/**
 * Checks the name of a link as the kernel does: 1 to 15 bytes without slash, colon or white space. Names
 * that stand for all links under /proc/sys/net are refused too.
 *
 * @throws {@link InvalidNameError}
 */
export function checkIfName(name: string): string {
  const length = Buffer.byteLength(name);
  if (length === 0) throw new InvalidNameError('link', name, 'it is empty');
  if (length > IF_NAME_LIMIT) {
    throw new InvalidNameError('link', name, `it has ${length} bytes, at most ${IF_NAME_LIMIT} are allowed`);
  }
  if (
    name === '.' ||
    name === '..' ||
    name.startsWith('-') ||
    !/^[!-~]+$/.test(name) ||
    /[/:%"\\]/.test(name)
  ) {
    throw new InvalidNameError('link', name, 'it holds a character that link names cannot have');
  }
  if (name === 'all' || name === 'default' || name === 'lo') {
    throw new InvalidNameError('link', name, 'the kernel keeps this name for itself');
  }
  return name;
}

/** Whether a checked name can also be the name of a link. */
export function fitsIfName(name: string): boolean {
  try {
    checkIfName(name);
    return true;
  } catch {
    return false;
  }
}
