import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { World } from '../world.ts';

/** More than Node's pool of threads has places for calls that wait. */
const CROWD = 300;

describeKernel('a crowd', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('is connected at once, each with an address of its own, announced, and gone again', {
    timeout: 60_000,
  }, async () => {
    const world = new World();
    try {
      await world.network('crowd', ['10.9.0.0/22']);
      const { engine } = world;
      const names = Array.from({ length: CROWD }, (_, index) => `s${index}`);
      for (const name of names) await engine.createSandbox(name);
      const endpoints = await Promise.all(
        names.map((name) => engine.connect({ network: 'crowd', sandbox: { kind: 'name', name } })),
      );
      await engine.settled();
      const held = endpoints.flatMap(({ addresses }) => addresses.map(({ prefix }) => `${prefix.address}`));
      expect(new Set(held).size).toBe(CROWD);
      expect(world.host.json('ip', '-j', 'link', 'show', 'master', 'crowd')).toHaveLength(CROWD);
      await Promise.all(names.map((name) => engine.deleteSandbox(name)));
      await engine.settled();
      expect(await engine.listEndpoints()).toEqual([]);
      expect(world.host.json('ip', '-j', 'link', 'show', 'master', 'crowd')).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
