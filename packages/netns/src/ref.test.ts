import { describe, expect, it } from 'vitest';
import { InvalidNetnsRefError } from './errors.ts';
import { checkNetnsRef, formatNetnsRef, type NetnsRef, parseNetnsRef } from './ref.ts';

const accepted: [string, NetnsRef][] = [
  ['web', { kind: 'name', name: 'web' }],
  ['web.1_a-b', { kind: 'name', name: 'web.1_a-b' }],
  ['cni-5d5c2bb2-44c3', { kind: 'name', name: 'cni-5d5c2bb2-44c3' }],
  ['naïve', { kind: 'name', name: 'naïve' }],
  ['pid', { kind: 'name', name: 'pid' }],
  ['n'.repeat(255), { kind: 'name', name: 'n'.repeat(255) }],
  ['/run/user/0/my netns', { kind: 'path', path: '/run/user/0/my netns' }],
  ['pid:1', { kind: 'pid', pid: 1 }],
  ['pid:4194304', { kind: 'pid', pid: 4_194_304 }],
];

const refused: [string, string, RegExp][] = [
  ['the empty text', '', /empty/],
  ['the directory itself', '.', /dot/],
  ['the directory above', '..', /dot/],
  ['a hidden file', '.web', /dot/],
  ['what looks like an option', '-a', /dash/],
  ['a relative path', 'a/b', /slash/],
  ['a way out of the directory', '../../etc/passwd', /dot/],
  ['the root directory', '/', /root/],
  ['NUL in a name', 'a\0b', /control/],
  ['NUL in a path', '/run/netns/a\0b', /control/],
  ['a newline in a path', '/run/a\nb', /control/],
  ['a space', 'a b', /white space/],
  ['a no-break space', 'a\u00a0b', /white space/],
  ['a tab', 'a\tb', /white space/],
  ['an escape sequence', 'a\u001b[2J', /control/],
  ['a C1 control character', 'a\u0085b', /control/],
  ['a lone surrogate', 'a\ud800', /Unicode/],
  ['a name of 256 bytes', 'n'.repeat(256), /255 bytes/],
  ['a name of 254 characters that has 256 bytes', 'ü'.repeat(2) + 'n'.repeat(252), /255 bytes/],
  ['a path of 4096 bytes', `/${'a'.repeat(4095)}`, /4095 bytes/],
  ['process 0', 'pid:0', /process id/],
  ['a process that has a word for an id', 'pid:abc', /process id/],
  ['a process without an id', 'pid:', /process id/],
  ['a negative process id', 'pid:-1', /process id/],
  ['a fractional process id', 'pid:1.5', /process id/],
  ['a process id in hexadecimal', 'pid:0x10', /process id/],
  ['a process id with a leading zero', 'pid:012', /process id/],
  ['a process id above what Linux has', 'pid:4194305', /process id/],
  ['a process id that is no safe integer', 'pid:99999999999999999999', /process id/],
];

describe('parseNetnsRef', () => {
  it.each(accepted)('reads %j, and writes it back the same', (text, ref) => {
    expect(parseNetnsRef(text)).toEqual(ref);
    expect(formatNetnsRef(ref)).toBe(text);
  });

  it.each(refused)('refuses %s', (_, text, reason) => {
    expect(() => parseNetnsRef(text)).toThrow(InvalidNetnsRefError);
    expect(() => parseNetnsRef(text)).toThrow(reason);
  });

  it('quotes no more than the start of what it refuses, and escapes it', () => {
    expect(() => parseNetnsRef(`\u001b[2J${'a'.repeat(500)}`)).toThrow(
      `cannot refer to network namespace "\\u001b[2J${'a'.repeat(60)}…": it has control characters`,
    );
  });
});

describe('checkNetnsRef', () => {
  const disguised: [string, NetnsRef][] = [
    ['a name that leaves the directory', { kind: 'name', name: '../escape' }],
    ['a name that would read back as a path', { kind: 'name', name: '/etc' }],
    ['a name that would read back as a process', { kind: 'name', name: 'pid:1' }],
    ['a relative path', { kind: 'path', path: 'run/netns/web' }],
    ['a process id that is not a number', { kind: 'pid', pid: Number.NaN }],
    ['a fractional process id', { kind: 'pid', pid: 1.5 }],
  ];

  it.each(disguised)('refuses %s, however it came to be', (_, ref) => {
    expect(() => checkNetnsRef(ref)).toThrow(InvalidNetnsRefError);
  });

  it('returns what it accepts', () => {
    const ref: NetnsRef = { kind: 'pid', pid: 7 };
    expect(checkNetnsRef(ref)).toBe(ref);
  });
});
