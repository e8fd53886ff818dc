import { describe, expect, it } from 'vitest';
import { parseRefusal, separator } from './refusal.ts';

const lines = [
  'add table inet t { comment "ü"; }',
  'create element inet t m { 6 . 80 }',
  'delete element inet t m { 6 . 99 }',
];
const text = lines.join(separator);

/** A complaint of libnftables about the place where `part` stands. */
function complaint(message: string, part: string, underline = ''): string {
  const column = Buffer.byteLength(text.slice(0, text.indexOf(part)));
  return `Error: ${message}\n${text}\n${(underline + ' '.repeat(column)).slice(0, column)}^^^\n`;
}

describe('parseRefusal', () => {
  it('finds the command that libnftables underlines, counting bytes', () => {
    expect(parseRefusal(complaint('Could not process rule: File exists', '6 . 80'), lines)).toEqual({
      message: 'File exists',
      errnoName: 'EEXIST',
      command: lines[1],
    });
  });

  it('picks the earliest of several commands', () => {
    const error =
      complaint('Could not process rule: No such file or directory', '6 . 99') +
      complaint('Could not process rule: File exists', '6 . 80');
    expect(parseRefusal(error, lines)).toMatchObject({ errnoName: 'EEXIST', command: lines[1] });
  });

  it('reads the place that the program puts in front', () => {
    const column = text.indexOf('6 . 99') + 2;
    const error = `/dev/stdin:1:${column}-${column + 5}: Error: Could not process rule: No such file or directory\n`;
    expect(parseRefusal(error, lines)).toEqual({
      message: 'No such file or directory',
      errnoName: 'ENOENT',
      command: lines[2],
    });
  });

  it('is not misled by a second place marked with ~', () => {
    const error = complaint(
      'transport protocol mapping is only valid after transport protocol match',
      '6 . 80',
      '~~~~',
    );
    expect(parseRefusal(error, lines)).toMatchObject({ errnoName: undefined, command: lines[1] });
  });

  it('knows an errno with a suggestion behind it', () => {
    const error = complaint(
      'No such file or directory; did you mean map ‘m’ in table inet ‘t’?',
      'element inet t m { 6 . 9',
    );
    expect(parseRefusal(error, lines)).toMatchObject({ errnoName: 'ENOENT', command: lines[2] });
  });

  it('knows a refusal before the first command', () => {
    expect(
      parseRefusal('netlink: Error: cache initialization failed: Operation not permitted\n', lines),
    ).toEqual({
      message: 'cache initialization failed: Operation not permitted',
      errnoName: 'EPERM',
      command: undefined,
    });
  });

  it('takes the first line of what it does not know, and says so when there is none', () => {
    expect(parseRefusal('Operation not permitted (you must be root)\nx\n', [])).toMatchObject({
      errnoName: 'EPERM',
    });
    expect(parseRefusal('boom\n', [])).toEqual({ message: 'boom', errnoName: undefined, command: undefined });
    expect(parseRefusal('', []).message).toBe('nftables failed and said nothing');
  });
});
