import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type NamedTest, readPromises } from './read-promises.ts';
import { testTitles } from './test-titles.ts';

const root = join(import.meta.dirname, '../../..');
const entries = readPromises(readFileSync(join(root, 'docs/promises.md'), 'utf8'));
const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

function isThere({ file, title }: NamedTest): boolean {
  const path = join(root, file);
  return existsSync(path) && testTitles(file, readFileSync(path, 'utf8')).has(title);
}

describe('docs/promises.md', () => {
  it('lists each of 35 defects and 36 pains once', () => {
    const ids = entries.map(({ id }) => id).sort();
    expect(ids).toEqual([...numbered('H', 35), ...numbered('U', 36)].sort());
  });

  it.each([
    ['What a home-made container network gets wrong', /^H\d+$/],
    ['What users of container networks suffer from', /^U\d+$/],
    ['Not yet', /^[HU]\d+$/],
  ])('has under "%s" what belongs there', (title, pattern) => {
    const ids = entries.filter(({ section }) => section === title).map(({ id }) => id);
    expect(ids).not.toEqual([]);
    expect(ids.filter((id) => !pattern.test(id))).toEqual([]);
  });

  it('shows by a test what it does not put off', () => {
    const without = entries.filter(({ tests }) => tests.length === 0);
    expect(without.filter(({ section }) => section !== 'Not yet')).toEqual([]);
  });

  it('names tests that are there, by their titles', () => {
    const named = entries.flatMap(({ tests }) => tests);
    expect(named.filter((test) => !isThere(test))).toEqual([]);
  });
});

describe('readPromises', () => {
  const table = (cell: string) =>
    `# T\n\n| what | shown by |\n|---|---|\n| X1 it | ${cell} |\n\n- X2, it: not yet\n`;

  it('reads rows with their tests, and items without', () => {
    expect(readPromises(table('`a.test.ts` › is %s<br>`b.test.ts` › is `not`'))).toEqual([
      {
        section: 'T',
        id: 'X1',
        tests: [
          { file: 'a.test.ts', title: 'is %s' },
          { file: 'b.test.ts', title: 'is `not`' },
        ],
      },
      { section: 'T', id: 'X2', tests: [] },
    ]);
  });

  it.each(['', 'a.test.ts › is', '`a.test.ts` is', '`a.test.ts` ›'])('refuses the cell "%s"', (cell) => {
    expect(() => readPromises(table(cell))).toThrow('names no test');
  });
});
