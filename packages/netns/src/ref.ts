import { isAbsolute } from 'node:path';
import { InvalidNetnsRefError } from './errors.ts';

/** Which namespace: a name under the run directory (as `ip netns` makes), a path, or a process. */
export type NetnsRef =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'pid'; readonly pid: number };

/** Linux's `PID_MAX_LIMIT`. */
const highestPid = 4_194_304;
const longestName = 255;
const longestPath = 4095;

/**
 * Reads a reference: `web` is a name, `/run/user/ns` a path, `pid:123` a process.
 *
 * @throws {@link InvalidNetnsRefError}
 */
export function parseNetnsRef(text: string): NetnsRef {
  return checkNetnsRef(fromText(text));
}

/** The text that {@link parseNetnsRef} reads back to the same reference. */
export function formatNetnsRef(ref: NetnsRef): string {
  switch (ref.kind) {
    case 'name':
      return ref.name;
    case 'path':
      return ref.path;
    case 'pid':
      return `pid:${ref.pid}`;
  }
}

/**
 * Returns the reference if it is safe to use: a name never leaves the run directory, nor looks like an option.
 *
 * @throws {@link InvalidNetnsRefError}
 */
export function checkNetnsRef(ref: NetnsRef): NetnsRef {
  const reason = flawOf(ref);
  if (reason !== undefined) throw new InvalidNetnsRefError(formatNetnsRef(ref), reason);
  return ref;
}

function fromText(text: string): NetnsRef {
  if (text.startsWith('/')) return { kind: 'path', path: text };
  if (!text.startsWith('pid:')) return { kind: 'name', name: text };
  const digits = text.slice('pid:'.length);
  // `Number` also reads '', ' 1', '1e3' and '0x1'.
  if (!/^[1-9][0-9]*$/.test(digits)) throw new InvalidNetnsRefError(text, notAPid);
  return { kind: 'pid', pid: Number(digits) };
}

const notAPid = `a process id is a number from 1 to ${highestPid}`;

function flawOf(ref: NetnsRef): string | undefined {
  switch (ref.kind) {
    case 'name':
      return flawOfName(ref.name);
    case 'path':
      return flawOfPath(ref.path);
    case 'pid':
      return Number.isInteger(ref.pid) && ref.pid >= 1 && ref.pid <= highestPid ? undefined : notAPid;
  }
}

function flawOfName(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.startsWith('-') || name.startsWith('.')) return 'a name starts with neither a dash nor a dot';
  if (name.startsWith('pid:')) return 'a name does not start with pid:';
  if (name.includes('/')) return 'a name has no slash';
  if (/\s/u.test(name)) return 'a name has no white space';
  return flawOfFile(name) ?? tooLong(name, longestName);
}

function flawOfPath(path: string): string | undefined {
  if (!isAbsolute(path)) return 'a path is absolute';
  if (path === '/') return 'it is the root directory';
  return flawOfFile(path) ?? tooLong(path, longestPath);
}

function flawOfFile(text: string): string | undefined {
  if (/\p{Cc}/u.test(text)) return 'it has control characters';
  // Written as UTF-8, a lone surrogate would become another name.
  if (!text.isWellFormed()) return 'it is not well-formed Unicode';
  return undefined;
}

function tooLong(text: string, most: number): string | undefined {
  return Buffer.byteLength(text) > most ? `it is longer than ${most} bytes` : undefined;
}
