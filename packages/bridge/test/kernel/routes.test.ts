import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addresses, World } from '../world.ts';

describeKernel('an automatic prefix', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.close());

  const created = async (name: string) => {
    const { subnets } = await world.engine.createNetwork({ name });
    return subnets.map(({ prefix, gateway }) => `${prefix} ${gateway}`);
  };
  const via = addresses.outside.ipv4;

  it('avoids what the host routes, in any table, and the networks that there are', async () => {
    world.host.ip(`route add 10.32.0.0/23 via ${via}`, `route add 10.32.3.9/32 via ${via} table 99`);
    expect(await created('one')).toEqual(['10.32.2.0/24 10.32.2.1']);
    expect(await created('two')).toEqual(['10.32.4.0/24 10.32.4.1']);
  });

  it('is found although a VPN routes the whole Internet in halves', async () => {
    world.host.ip(`route add 0.0.0.0/1 via ${via}`, `route add 128.0.0.0/1 via ${via}`);
    expect(await created('one')).toEqual(['10.32.0.0/24 10.32.0.1']);
  });

  it('is used again when its network has gone', async () => {
    expect(await created('one')).toEqual(['10.32.0.0/24 10.32.0.1']);
    await world.engine.deleteNetwork('one');
    expect(await created('two')).toEqual(['10.32.0.0/24 10.32.0.1']);
  });

  it('is enough for more networks than others have defaults for', async () => {
    for (let index = 0; index < 40; index++) {
      expect(await created(`n${index}`)).toEqual([`10.32.${index}.0/24 10.32.${index}.1`]);
    }
  });
});
