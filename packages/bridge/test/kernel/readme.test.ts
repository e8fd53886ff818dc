import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { World } from '../world.ts';

const root = join(import.meta.dirname, '../..');

describeKernel('the README', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('prints what it says that its example prints', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const [, first, second] = /It prints `(.*?)`, then `(.*?)`/.exec(readme) ?? [];
    const directory = mkdtempSync(join(tmpdir(), 'tsnet-readme-'));
    await using world = new World();
    try {
      symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
      const file = join(directory, 'example.ts');
      const local = code
        .replace("'@tsnet/bridge'", JSON.stringify(join(root, 'src/index.ts')))
        .replace('/var/lib/tsnet', directory)
        .replace('openLinux() }', `openLinux(), runDirectory: ${JSON.stringify(world.runDirectory)} }`);
      writeFileSync(file, local);
      const printed = execFileSync('nsenter', [`--net=${world.host.path}`, process.execPath, file], {
        encoding: 'utf8',
      });
      expect(printed).toBe(`${first}\n${second}\n`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
