import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { readmeExamples } from '@tsnet/tooling-testing/readme';
import { expect, it } from 'vitest';
import { PrivateHost } from '../private-host.ts';

const root = join(import.meta.dirname, '../..');

describeKernel('the README', { needs: ['netns', 'veth', 'nftables'] }, () => {
  it('prints what it says that its example prints', async () => {
    await using host = new PrivateHost();
    host.run(
      'nft',
      'add table inet filter; add chain inet filter forward { type filter hook forward priority 0; policy drop; }',
    );
    const [example = ''] = readmeExamples(root);
    const [, promised] = /```text\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
    mkdirSync(join(root, '.cache'), { recursive: true });
    const directory = mkdtempSync(join(root, '.cache/readme-'));
    try {
      const file = join(directory, 'example.ts');
      writeFileSync(file, example);
      expect(host.run(process.execPath, file)).toBe(promised);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
