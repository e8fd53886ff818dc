import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { useNetns } from './netns.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describeKernel('the example of the README', { needs: ['netns', 'nftables'] }, () => {
  const netns = useNetns();

  it('prints what it says, and leaves nothing', () => {
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const flags = ['--input-type=module-typescript', '--eval', example];
    const printed = execFileSync(process.execPath, flags, { encoding: 'utf8', cwd: import.meta.dirname });
    expect(printed.trim().split('\n')).toEqual([
      'not-found - create element inet example ports { 6 . 8080 comment "web" : 10.0.0.2 . 80 }',
      'web',
    ]);
    expect(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' })).toBe('');
    expect(netns.json('list', 'tables')).toEqual([]);
  });
});
