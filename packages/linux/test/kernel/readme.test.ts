import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const source = new URL('../../src/index.ts', import.meta.url).href;

describeKernel('the example of the README', { needs: ['netns'] }, () => {
  it('prints what it says', () => {
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const program = example.replace("'@tsnet/linux'", JSON.stringify(source));
    const flags = ['--input-type=module-typescript', '--eval', program];
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('80\n80\n');
  });
});
