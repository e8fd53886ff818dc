import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatFields, formatTable } from './table.ts';

describe('formatTable', () => {
  it('aligns columns without borders or trailing blanks, and marks empty cells', () => {
    const table = formatTable(
      ['NAME', 'STATE'],
      [
        ['a', 'ready'],
        ['longer', ''],
      ],
    );
    expect(stripVTControlCharacters(table)).toBe('NAME    STATE\na       ready\nlonger  -');
  });

  it('shows control characters instead of obeying them', () => {
    expect(stripVTControlCharacters(formatTable(['NAME'], [['a\u001b[31mb']]))).toBe('NAME\na\\x1b[31mb');
  });
});

describe('formatFields', () => {
  it('puts aligned values under a title and leaves out empty ones', () => {
    const text = formatFields('network web', [
      ['id', '1'],
      ['labels', ''],
      ['subnet', '10.1.0.0/24'],
    ]);
    expect(stripVTControlCharacters(text)).toBe('network web\n  id      1\n  subnet  10.1.0.0/24');
  });
});
