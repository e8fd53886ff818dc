import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { World } from '../world.ts';

describeKernel('what is there already', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('adds no rule to the firewall, however many networks and ports it is', async () => {
    await using world = new World();
    const listed = () => {
      const { nftables } = world.host.json('nft', '-j', 'list', 'table', 'inet', 'tsnet');
      const rules = nftables.filter((entry: object) => 'rule' in entry);
      return { rules: rules.length, text: JSON.stringify(nftables) };
    };
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    const { rules } = listed();
    expect(rules).toBeGreaterThan(0);
    for (let index = 0; index < 20; index++) await world.engine.createNetwork({ name: `n${index}` });
    // A shifted range is an element for each of its ports.
    await world.connect('web', 'a', ['8080:80', '9000-9299:10000-10299', '20000-39999:20000-39999/udp']);
    const { rules: after, text } = listed();
    expect(text).toContain('n19');
    expect(text).toContain('9299');
    expect(text).toContain('39999');
    expect(after).toBe(rules);
  });
});
