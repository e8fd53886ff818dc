import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { type EndpointJson, TestHost } from '../testing/test-host.ts';

describeKernel('tsnet netns ls', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('shows under a name what netns rm takes down, however it was connected', async () => {
    await using host = await TestHost.open();
    for (const name of ['one', 'two']) {
      await host.ok('network', 'create', name);
    }
    for (const name of ['app', 'idle']) await host.ok('netns', 'create', name);
    const holder = spawn('nsenter', ['--net=/run/netns/app', 'sh', '-c', 'echo up; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(holder.stdout, 'data');
      const endpoints = [
        await host.json<EndpointJson>('network', 'connect', 'one', `pid:${holder.pid}`),
        await host.json<EndpointJson>('network', 'connect', 'two', `/proc/${holder.pid}/ns/net`),
      ];
      const listed = await host.json<{ name: string; endpoints: { id: string }[] }[]>('netns', 'ls');
      const idsOf = (name: string) =>
        listed.find((entry) => entry.name === name)?.endpoints.map(({ id }) => id);
      expect(idsOf('app')).toEqual(endpoints.map(({ id }) => id));
      expect(idsOf('idle')).toEqual([]);
    } finally {
      holder.kill();
    }
    const removed = await host.json<{ endpoints: EndpointJson[] }>('netns', 'rm', 'app');
    expect(removed.endpoints).toHaveLength(2);
    expect(await host.json('endpoint', 'ls')).toEqual([]);
  });
});
