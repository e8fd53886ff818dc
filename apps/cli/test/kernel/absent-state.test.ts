import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { TestHost } from '../testing/test-host.ts';

describeKernel('a state directory that is absent', { needs: ['netns', 'bridge', 'nftables'] }, () => {
  it('is made by the first network, and by nothing that only fails or reads', async () => {
    await using host = await TestHost.open();
    const path = join(host.stateDirectory, 'typo', 'a');
    await host.ok('netns', 'create', 'app');
    const before = await host.everything();
    for (const [args, exitCode] of [
      [['network', 'ls'], 0],
      [['network', 'inspect', 'nope'], 3],
      [['network', 'rm', 'nope'], 3],
      [['network', 'prune'], 0],
      [['network', 'connect', 'nope', 'app'], 3],
      [['network', 'disconnect', 'nope', 'app'], 3],
      [['network', 'disconnect', '--force', 'nope', 'app'], 3],
      [['port', 'publish', 'nope/app', '80:80'], 3],
      [['port', 'unpublish', 'nope/app', '80:80'], 3],
      [['netns', 'ls'], 0],
      [['netns', 'rm', 'nope'], 3],
      [['run', '--network', 'nope', '--', 'true'], 3],
    ] as const) {
      const outcome = await host.tsnet(...args, '--state-dir', path);
      expect({ args, exitCode: outcome.exitCode }).toEqual({ args, exitCode });
    }
    expect(existsSync(join(host.stateDirectory, 'typo'))).toBe(false);
    expect(await host.everything()).toEqual(before);

    await host.ok('network', 'create', 'web', '--state-dir', path);
    expect(existsSync(join(path, 'state.db'))).toBe(true);
    await host.ok('network', 'rm', 'web', '--state-dir', path);
  });
});
