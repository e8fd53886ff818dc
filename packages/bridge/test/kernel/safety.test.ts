import { LinkExistsError, SandboxIsHostError } from '@tsnet/core';
import { NetnsNotFoundError } from '@tsnet/netns';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForeignLinkError, ForeignTableError } from '../../src/errors.ts';
import { type Machine, SILENCE_MS } from '../machine.ts';
import { addresses, ips, noTraces, World } from '../world.ts';

const byName = (name: string) => ({ kind: 'name', name }) as const;

describeKernel("what is not tsnet's", { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.close());

  const linkOf = (machine: Machine, name: string) => machine.json('ip', '-j', 'address', 'show', name)[0];

  it('a link of the name of a new network is refused and left as it is', async () => {
    world.host.ip('link add br-mine type bridge', 'addr add 10.77.0.1/24 dev br-mine');
    for (const name of ['br-mine', 'eth0', 'lo']) {
      const before = linkOf(world.host, name);
      await expect(world.network(name, ['10.5.0.0/24'])).rejects.toThrow(LinkExistsError);
      await expect(world.network('web', ['10.5.0.0/24'], { ifName: name })).rejects.toThrow();
      expect(linkOf(world.host, name)).toEqual(before);
    }
    expect(await world.records()).toEqual([]);
  });

  it("a link that has taken the bridge's place is neither used nor deleted", async () => {
    await world.network('web', ['10.5.0.0/24']);
    world.host.ip('link del web', 'link add web type bridge', 'link set web up');
    const before = linkOf(world.host, 'web');
    await expect(world.connect('web', 'a')).rejects.toThrow(ForeignLinkError);
    expect(await world.engine.survey()).toMatchObject([
      { subject: 'bridge web', problem: 'missing, and another link has its name' },
    ]);
    expect(await world.engine.reconcile()).toMatchObject([{ failure: expect.any(Error) }]);
    expect(linkOf(world.host, 'web')).toEqual(before);
    await expect(world.engine.deleteNetwork('web')).rejects.toThrow(ForeignLinkError);
    expect(linkOf(world.host, 'web')).toEqual(before);
    world.host.ip('link set web name mine');
    await world.engine.deleteNetwork('web', { force: true });
    expect((await world.traces()).links).toEqual(['mine']);
  });

  it('a bridge that was never renamed from its first name goes with its network', async () => {
    const { id } = await world.network('web', ['10.5.0.0/24']);
    world.host.ip('link set web down', `link set web name tsb${id}`, 'link add web type bridge');
    await expect(world.engine.deleteNetwork('web')).rejects.toThrow(ForeignLinkError);
    expect((await world.traces()).links).toEqual(['web']);
  });

  it("a link that has taken the place of an endpoint's is not deleted", async () => {
    await world.network('web', ['10.5.0.0/24']);
    const { hostIfName } = await world.connect('web', 'a');
    world.host.ip(`link del ${hostIfName}`, `link add ${hostIfName} type bridge`);
    await expect(world.engine.disconnectSandbox('web', byName('a'))).rejects.toThrow(ForeignLinkError);
    expect(linkOf(world.host, hostIfName).ifname).toBe(hostIfName);
  });

  it('the other tables of the firewall and the routes of the host stay as they are', async () => {
    world.host.run(
      'nft',
      'table inet mine { set s { type ipv4_addr; elements = { 10.5.0.9 }; }; chain c { type filter hook input priority 0; ip saddr @s counter drop; }; }',
    );
    world.host.run('nft', 'table ip tsnet { chain c { type nat hook prerouting priority -100; }; }');
    // Forwarding stays on once a network has needed it, and adds routes of its own.
    world.host.run('sysctl', '-wq', 'net.ipv6.conf.all.forwarding=1');
    const rules = world.host.run('nft', '-j', 'list', 'ruleset');
    const routes = world.host.run('ip', 'route', 'show', 'table', 'all');
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'a', ['8080:80', '9000-9010:9000-9010/udp']);
    await world.engine.deleteSandbox('a');
    await world.engine.deleteNetwork('web');
    expect(world.host.run('nft', '-j', 'list', 'ruleset')).toBe(rules);
    expect(world.host.run('ip', 'route', 'show', 'table', 'all')).toBe(routes);
  });

  it('a firewall that drops forwarded packets has the last word, also over published ports', async () => {
    await world.network('web', ['10.5.0.0/24']);
    await world.connect('web', 'a', ['8080:80', '8081:81']);
    await world.sandbox('a').serve('a', 'tcp:80', 'tcp:81');
    const at = (port: number) =>
      ({ protocol: 'tcp', address: addresses.host.ipv4, port, patience: SILENCE_MS }) as const;
    const heard = `a:80 ${addresses.outside.ipv4}`;
    expect(await world.outside.ask(at(8080), at(8081))).toEqual([heard, heard.replace('80', '81')]);
    world.host.run(
      'nft',
      'table inet mine { chain c { type filter hook forward priority 10; tcp dport 81 drop; }; }',
    );
    expect(await world.outside.ask(at(8080), at(8081))).toEqual([heard, 'silence']);
    await world.engine.reconcile();
    expect(await world.outside.ask(at(8080), at(8081))).toEqual([heard, 'silence']);
  });

  it.each([
    'table inet tsnet { }',
    'table inet tsnet { map networks { type ifname : verdict; }; chain c { }; }',
  ])('a table of its name that another made is refused and left as it is: %s', async (other) => {
    world.host.run('nft', other);
    const rules = world.host.run('nft', '-j', 'list', 'ruleset');
    await expect(world.network('web', ['10.5.0.0/24'])).rejects.toThrow(ForeignTableError);
    expect(world.host.run('nft', '-j', 'list', 'ruleset')).toBe(rules);
    expect(await world.records()).toEqual([]);
    world.host.run('nft', 'delete table inet tsnet');
    await world.network('web', ['10.5.0.0/24']);
  });

  it('the table of tsnet goes with the last network, not before', async () => {
    const table = () => world.host.run('nft', 'list', 'tables').trim();
    await world.network('one', ['10.5.0.0/24']);
    await world.network('two', ['10.6.0.0/24']);
    await world.connect('two', 'a', ['8080:80']);
    await world.engine.deleteNetwork('one');
    expect(table()).toBe('table inet tsnet');
    await world.engine.deleteNetwork('two', { force: true });
    expect(await world.traces()).toEqual(noTraces);
  });

  it('after everything is removed nothing is left on the host, in the firewall, in the store or in a sandbox', async () => {
    for (let round = 0; round < 2; round++) {
      await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
      await world.engine.createNetwork({ name: 'a-network-whose-name-is-longer-than-that-of-a-link' });
      for (const name of ['a', 'b', 'c']) {
        await world.connect('web', name, ['0:80', '0:81-90/udp'], { name });
        await world.connect('a-network-whose-name-is-longer-than-that-of-a-link', name);
      }
      await world.engine.disconnect('web/a');
      await world.engine.disconnectSandbox('web', byName('b'));
      for (const { name } of await world.engine.listNetworks())
        await world.engine.deleteNetwork(name, { force: true });
      expect(await world.traces()).toEqual(noTraces);
      expect(world.sandbox('a').json('ip', '-j', 'link')).toHaveLength(1);
    }
  });

  it("the host's own namespace is no sandbox", async () => {
    await world.network('web', ['10.5.0.0/24']);
    const before = world.host.run('ip', 'route', 'show', 'table', 'all');
    const sandbox = { kind: 'path', path: world.host.path } as const;
    await expect(world.engine.connect({ network: 'web', sandbox })).rejects.toThrow(SandboxIsHostError);
    expect(world.host.run('ip', 'route', 'show', 'table', 'all')).toBe(before);
    await expect(world.engine.connect({ network: 'web', sandbox: byName('nobody') })).rejects.toThrow(
      NetnsNotFoundError,
    );
  });

  describe('a sandbox that died without being disconnected', () => {
    const held = ips('10.5.0.77', 'fd05::77');

    beforeEach(async () => {
      await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
      await world.connect('web', 'a', ['8080:80'], { addresses: held, name: 'a' });
    });

    it('is disconnected by its name, and its addresses and ports are free again', async () => {
      world.forget('a');
      await world.engine.disconnectSandbox('web', byName('a'));
      await world.connect('web', 'b', ['8080:80'], { addresses: held, name: 'a' });
      await world.sandbox('b').serve('b', 'tcp:80');
      const question = { protocol: 'tcp', address: addresses.host.ipv4, port: 8080 } as const;
      expect(await world.outside.ask(question)).toEqual([`b:80 ${addresses.outside.ipv4}`]);
    });

    it('gives way to a new one of its name, with the same addresses and ports, at once', async () => {
      world.forget('a');
      const { mac } = await world.connect('web', 'a', ['8080:80'], { addresses: held, name: 'a' });
      expect(await world.engine.listEndpoints()).toMatchObject([{ mac: { value: mac.value } }]);
      expect(await world.host.ping('10.5.0.77', 500)).toBe(true);
    });

    it('goes with its network', async () => {
      world.forget('a');
      await expect(world.engine.deleteNetwork('web')).rejects.toThrow('endpoints');
      await world.engine.deleteNetwork('web', { force: true });
      expect(await world.traces()).toEqual(noTraces);
    });

    it('leaves nothing when the bridge is gone as well, as after a reboot', async () => {
      world.forget('a');
      world.host.ip('link del web');
      world.host.run('nft', 'delete table inet tsnet');
      await expect(world.connect('web', 'b')).rejects.toThrow('is gone');
      await world.engine.disconnect('web/a');
      await world.engine.deleteNetwork('web');
      expect(await world.traces()).toEqual(noTraces);
    });
  });
});
