import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { useNetnsDirectory } from '../private-directory.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const source = new URL('../../src/index.ts', import.meta.url).href;

describeKernel('the example of the README', { needs: ['netns'] }, () => {
  const { directory } = useNetnsDirectory();

  it('prints what it says, and leaves nothing', () => {
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const program = example.replace("'@tsnet/netns'", JSON.stringify(source));
    const flags = ['--input-type=module-typescript', '--eval', program];
    const printed = execFileSync(process.execPath, flags, { encoding: 'utf8' }).split('\n');
    const ofProgram = printed.filter((line) => line.startsWith('lo '));
    expect(ofProgram).toEqual([expect.stringMatching(/^lo +DOWN /)]);
    expect(printed.filter((line) => !ofProgram.includes(line))).toEqual([
      "[ 'lo' ]",
      'true false',
      "[ 'web' ]",
      '',
    ]);
    expect(directory.list()).toEqual([]);
  });
});
