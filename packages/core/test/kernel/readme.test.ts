import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

describeKernel('the README', { needs: ['netns', 'veth'] }, () => {
  it('prints what it says that its example prints', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const [, printed = ''] = /```text\n(.*?)```/s.exec(readme) ?? [];
    const directory = mkdtempSync(join(tmpdir(), 'tsnet-readme-'));
    try {
      symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
      const file = join(directory, 'example.ts');
      writeFileSync(file, code.replace("'@tsnet/core'", JSON.stringify(join(root, 'src/index.ts'))));
      const output = execFileSync('unshare', ['--net', process.execPath, file], { encoding: 'utf8' });
      expect(output).toBe(printed);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
