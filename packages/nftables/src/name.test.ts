import { describe, expect, it } from 'vitest';
import { InvalidNftablesInputError } from './errors.ts';
import { checkedName, quotedComment, quotedLinkName } from './name.ts';

const hostile = [
  '',
  'a b',
  'a;b',
  'a"b',
  'a\nb',
  'a{b',
  "a'b",
  'a#b',
  '$a',
  '@a',
  'a\0b',
  'a\u2028b',
  'ünicode',
];

describe('checkedName', () => {
  it.each(['t', '_t', 'ports4', 'a.b-c/d_e', 'x'.repeat(127)])('takes %j as it is', (name) => {
    expect(checkedName('table', name)).toBe(name);
  });

  it.each([...hostile, '1a', '-a', '*', 'x'.repeat(128), 'table x; flush ruleset'])('refuses %j', (name) => {
    expect(() => checkedName('table', name)).toThrow(InvalidNftablesInputError);
  });

  it('says which name it refuses, and what a name is', () => {
    expect(() => checkedName('chain', 'a b')).toThrow(
      'cannot use "a b" as the name of a chain: names are up to 127 letters',
    );
  });
});

describe('quotedLinkName', () => {
  it.each(['br0', 'a;b', '$x', '@x', 'eth0.5', 'a#b', 'a{b', 'büro'])('quotes %j', (name) => {
    expect(quotedLinkName(name)).toBe(`"${name}"`);
  });

  it.each(['', 'a b', 'a"b', 'a/b', 'a:b', 'eth*', 'a\\', 'a\nb', 'x'.repeat(16), 'ü'.repeat(8)])(
    'refuses %j',
    (name) => {
      expect(() => quotedLinkName(name)).toThrow(InvalidNftablesInputError);
    },
  );
});

describe('quotedComment', () => {
  it.each(['', 'of web-1; drop', '} # {', 'héllo', 'x'.repeat(127)])('quotes %j', (comment) => {
    expect(quotedComment(comment)).toBe(`"${comment}"`);
  });

  it.each(['"', 'a"; flush ruleset; "', 'a\nb', 'a\tb', 'x'.repeat(128), 'ü'.repeat(64)])(
    'refuses %j',
    (comment) => {
      expect(() => quotedComment(comment)).toThrow(InvalidNftablesInputError);
    },
  );
});
