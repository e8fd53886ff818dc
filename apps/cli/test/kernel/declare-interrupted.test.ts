import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { TestHost } from '../testing/test-host.ts';
import { mainPath } from '../testing/tsnet.ts';

const COUNT = 20;

/** Twenty networks, each with a sandbox and a port. */
function file(host: TestHost, port: number): string {
  const numbers = Array.from({ length: COUNT }, (_, index) => index);
  const networks = numbers.map((n) => `  net${n}:`);
  const sandboxes = numbers.map(
    (n) => `  box${n}: { endpoints: { net${n}: { ports: ["${port + n}:80"] } } }`,
  );
  const path = join(host.stateDirectory, 'many.yaml');
  writeFileSync(path, ['networks:', ...networks, 'sandboxes:', ...sandboxes].join('\n'));
  return path;
}

/** Starts a command, and sends it a signal when it has told of so many changes. */
async function interrupted(host: TestHost, args: readonly string[], changes: number, signal: NodeJS.Signals) {
  const words = host.entering(host.netns, process.execPath, [
    mainPath,
    ...['--state-dir', host.stateDirectory, '--json', ...args],
  ]);
  const child = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    told += text;
    if (!child.killed && told.split('"progress"').length > changes) child.kill(signal);
  });
  const [code, by] = await once(child, 'close');
  return { code, by, told };
}

describeKernel('tsnet apply of 20 networks', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('completes what it has begun when it is asked to end, and says so', async () => {
    await using host = await TestHost.open();
    const path = file(host, 8000);
    const { code, told } = await interrupted(host, ['apply', '-f', path], 1, 'SIGTERM');
    expect(code).toBe(12);
    expect(JSON.parse(told.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'DECLARE_ABORTED', kind: 'aborted' },
    });
    expect(await host.json<{ state: string }[]>('network', 'ls')).not.toContainEqual(
      expect.objectContaining({ state: 'creating' }),
    );
    await host.ok('apply', '-f', path);
    await host.ok('destroy', '-f', path);
  });
});
