import { readFileSync } from 'node:fs';
import { formatWithOptions } from 'node:util';
import { expect, it } from 'vitest';
import * as inet from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('prints what the README says that its example prints', () => {
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const [, names = ''] = /^import (\{.*\}) from '@tsnet\/inet';$/m.exec(example) ?? [];
  const body = example.replace(/^import .*$/m, `const ${names} = inet;`);
  const printed: string[] = [];
  const log = (...values: unknown[]) => printed.push(formatWithOptions({ colors: false }, ...values));

  new Function('inet', 'console', body)(inet, { log });

  const promised = Array.from(example.matchAll(/; \/\/ (.*)$/gm), ([, comment]) => comment);
  expect(promised.length).toBeGreaterThan(0);
  expect(printed).toEqual(promised);
});
