import {
  EndpointExistsError,
  EndpointNotFoundError,
  InvalidNameError,
  InvalidNetworkError,
  NetworkExistsError,
  NetworkFullError,
  NetworkNotFoundError,
  RouteOverlapError,
} from '@tsnet/core';
import { IpAddress, IpRange, MacAddress } from '@tsnet/inet';
import { AddressReservedError, AddressTakenError } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ips, subnets, World } from '../world.ts';

describeKernel('a refusal leaves nothing', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;
  let before: unknown;

  beforeAll(async () => {
    world = new World();
    world.host.ip(
      'route add 172.30.0.0/16 via 198.51.100.2',
      'route add 172.31.0.1/32 via 198.51.100.2 table 77',
    );
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'a', ['8080:80'], { name: 'a', addresses: ips('10.5.0.9') });
    return () => world.close();
  });

  beforeEach(async () => {
    before = await world.traces();
  });

  afterEach(async () => {
    expect(await world.traces()).toEqual(before);
  });

  describe('of a network', () => {
    it('whose name is taken', async () => {
      await expect(world.network('web', ['10.6.0.0/24'])).rejects.toThrow(NetworkExistsError);
    });

    it.each(['', '-x', '.x', 'a/b', '../x', 'a b', 'a..b', 'ü', 'x'.repeat(64)])('named %j', async (name) => {
      await expect(world.network(name, ['10.6.0.0/24'])).rejects.toThrow(InvalidNameError);
    });

    it.each(['10.5.0.0/24', '10.5.0.128/25', '10.0.0.0/8', 'fd05::/80'])(
      'whose prefix overlaps that of another: %s',
      async (prefix) => {
        await expect(world.network('new', [prefix])).rejects.toThrow(/overlaps.*web/);
      },
    );

    it.each(['172.30.7.0/24', '172.16.0.0/12', '172.31.0.0/24', '198.51.100.128/25', '2001:db8:51::/80'])(
      "whose prefix overlaps a route of the host's: %s",
      async (prefix) => {
        await expect(world.network('new', [prefix])).rejects.toThrow(RouteOverlapError);
      },
    );

    it.each([
      '10.6.0.0/31',
      '10.6.0.0/32',
      'fd06::/127',
      'fd06::/128',
      '10.6.0.1/24',
      '127.5.0.0/24',
      '224.0.0.0/24',
      '169.254.0.0/24',
      'fe80::/64',
      '0.0.0.0/0',
    ])('whose prefix cannot be one: %s', async (prefix) => {
      await expect(world.network('new', [prefix])).rejects.toThrow(InvalidNetworkError);
    });

    it.each(['10.7.0.1', '10.6.0.0', '10.6.0.255', 'fd06::1'])(
      'whose gateway cannot be one: %s',
      async (text) => {
        const [subnet] = subnets('10.6.0.0/24');
        const gateway = IpAddress.parse(text);
        const spec = { name: 'new', subnets: subnet === undefined ? [] : [{ ...subnet, gateway }] };
        await expect(world.engine.createNetwork(spec)).rejects.toThrow(InvalidNetworkError);
      },
    );

    it.each([0, 1279, 65_536, 1500.5])('whose MTU is %d', async (mtu) => {
      await expect(world.network('new', ['10.6.0.0/24'], { mtu })).rejects.toThrow(InvalidNetworkError);
    });

    it('whose prefixes overlap each other, when one was fine', async () => {
      await expect(world.network('new', ['10.6.0.0/24', '10.6.0.128/25'])).rejects.toThrow('overlaps');
    });
  });

  describe('of an endpoint', () => {
    const connect = (options: object, network = 'web') => world.connect(network, 'b', [], options);

    it('of an address that is taken, and names who has it', async () => {
      await expect(connect({ addresses: ips('10.5.0.9') })).rejects.toThrow(AddressTakenError);
    });

    it.each(['10.5.0.0', '10.5.0.255', 'fd05::'])('of the reserved address %s', async (address) => {
      await expect(connect({ addresses: ips(address) })).rejects.toThrow(AddressReservedError);
    });

    it('of the address of the gateway', async () => {
      await expect(connect({ addresses: ips('10.5.0.1') })).rejects.toThrow('network:web');
    });

    it.each(['10.9.0.1', 'fd06::1'])('of the address %s, which lies outside', async (address) => {
      await expect(connect({ addresses: ips(address) })).rejects.toThrow(
        'lies outside 10.5.0.0/24, fd05::/64',
      );
    });

    it('of two addresses of one family', async () => {
      await expect(connect({ addresses: ips('10.5.0.20', '10.5.0.21') })).rejects.toThrow('one family');
    });

    it('whose name is taken', async () => {
      await expect(connect({ name: 'a' })).rejects.toThrow(EndpointExistsError);
    });

    it('whose MAC address another one was given', async () => {
      const mac = MacAddress.parse('02:00:00:00:00:07');
      const other = await world.connect('web', 'other', [], { mac });
      await expect(connect({ mac })).rejects.toThrow(`endpoint ${other.id} of web has that MAC address`);
      await world.engine.disconnect(other.id);
      await world.engine.settled();
      const again = await world.connect('web', 'other', [], { mac });
      await world.engine.disconnect(again.id);
      await world.engine.settled();
    });

    it('whose sandbox is connected already', async () => {
      await expect(world.connect('web', 'a')).rejects.toThrow(EndpointExistsError);
    });

    it.each(['', 'lo', 'x'.repeat(16), 'a/b', '..', '-x', 'a b', 'all', 'a:1'])(
      'with a link named %j',
      async (ifName) => {
        await expect(connect({ ifName })).rejects.toThrow(InvalidNameError);
      },
    );

    it.each(['01:00:00:00:00:01', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'])(
      'with the MAC %s',
      async (mac) => {
        await expect(connect({ mac: MacAddress.parse(mac) })).rejects.toThrow(
          'cannot be the address of a link',
        );
      },
    );

    it('on a network that there is not', async () => {
      await expect(connect({}, 'nowhere')).rejects.toThrow(NetworkNotFoundError);
      await expect(connect({}, '')).rejects.toThrow(NetworkNotFoundError);
    });
  });

  it('of disconnecting what is not connected', async () => {
    world.sandbox('b');
    const b = { kind: 'name', name: 'b' } as const;
    await expect(world.engine.disconnectSandbox('web', b)).rejects.toThrow(EndpointNotFoundError);
    await expect(world.engine.disconnect('web/b')).rejects.toThrow(EndpointNotFoundError);
    await expect(world.engine.disconnect('000000000000')).rejects.toThrow(EndpointNotFoundError);
    expect(await world.engine.disconnectSandbox('web', b, { force: true })).toEqual([]);
  });
});

describeKernel('a network that is full', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  it('refuses the next sandbox, and takes it when another has gone', async () => {
    await using world = new World();
    await world.network('tiny', ['10.5.0.0/30', 'fd05::/64']);
    const { addresses } = await world.connect('tiny', 'a');
    expect(addresses.map(({ prefix }) => `${prefix}`)).toEqual(['10.5.0.2/30', 'fd05::2/64']);
    const before = await world.traces();
    await expect(world.connect('tiny', 'b')).rejects.toThrow(NetworkFullError);
    expect(await world.traces()).toEqual(before);
    await world.engine.deleteSandbox('a');
    await world.connect('tiny', 'b');
  });

  it('gives out of its range and around its exclusions only', async () => {
    await using world = new World();
    const [subnet] = subnets('10.5.0.0/24');
    const range = IpRange.parse('10.5.0.10-10.5.0.12');
    const exclude = [IpRange.parse('10.5.0.11-10.5.0.11')];
    const spec = subnet === undefined ? [] : [{ ...subnet, range, exclude }];
    await world.engine.createNetwork({ name: 'web', subnets: spec });
    const given: string[] = [];
    for (const name of ['a', 'b']) {
      const { addresses } = await world.connect('web', name);
      given.push(...addresses.map(({ prefix }) => `${prefix.address}`));
    }
    expect(given).toEqual(['10.5.0.10', '10.5.0.12']);
    await expect(world.connect('web', 'c')).rejects.toThrow(NetworkFullError);
    await world.connect('web', 'c', [], { addresses: ips('10.5.0.200') });
  });
});
