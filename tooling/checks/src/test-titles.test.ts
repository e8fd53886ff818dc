import { expect, it } from 'vitest';
import { testTitles } from './test-titles.ts';

const source = `
it('stands alone', () => {});
test("in 'quotes'", { timeout: 1 }, async () => {});
describe('is no test', () => {
  it.each(rows)('of %s', (row) => {});
  it.for([['not this']])(
    'on a line of its own',
    () => {},
  );
  it(\`with \${COUNT} of them\`, () => {});
  it.skip('does not run', () => {});
  it.todo('is not there');
  expect('nor this');
});
`;

it('finds the titles of the tests that run, as they are written', () => {
  expect([...testTitles('some.test.ts', source)]).toEqual([
    'stands alone',
    "in 'quotes'",
    'of %s',
    'on a line of its own',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is meant
    'with ${COUNT} of them',
  ]);
});

it('says which file it cannot read', () => {
  expect(() => testTitles('some.test.ts', 'it(')).toThrow(/^some\.test\.ts: /);
});
