import { join } from 'node:path';
import { readmeExamples, runExample } from '@tsnet/tooling-testing/readme';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('prints what the README says', () => {
  const [example = ''] = readmeExamples(root);
  const promised = [...example.matchAll(/\/\/ (.*)/g)].map(([, comment]) => comment);
  expect(promised).toHaveLength(2);
  expect(runExample(root, example).trim().split('\n')).toEqual(promised);
});
