import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { World } from '../world.ts';

describeKernel('a way out too narrow for IPv6', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('leaves IPv4 networks as they are', async () => {
    const world = new World();
    try {
      world.host.ip('link set eth0 mtu 1200');
      await world.network('four', ['10.7.0.0/24']);
      await world.connect('four', 'a');
      await world.connect('four', 'b');
      const [link] = world.sandbox('a').json('ip', '-j', 'link', 'show', 'eth0');
      expect(link.mtu).toBe(1200);
      expect(await world.sandbox('a').ping('10.7.0.3')).toBe(true);
    } finally {
      await world.close();
    }
  });
});
