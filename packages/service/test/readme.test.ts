import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readmeExamples, runExample } from '@tsnet/tooling-testing/readme';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('the README prints what it says that its example prints', () => {
  const [code = ''] = readmeExamples(root);
  const [, printed = ''] = /```text\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  expect(runExample(root, code)).toBe(printed);
});
