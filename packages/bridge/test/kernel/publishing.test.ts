import { once } from 'node:events';
import { HostAddressError, type PortSpec, PortTakenError, PublishError, parsePortSpec } from '@tsnet/core';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SILENCE_MS } from '../machine.ts';
import { addresses, World } from '../world.ts';

const host = addresses.host.ipv4;
const specs = (...texts: readonly string[]): PortSpec[] => texts.map(parsePortSpec);

describeKernel('publishing ports', { needs: ['netns', 'nftables', 'bridge', 'veth', 'conntrack'] }, () => {
  let world: World;

  beforeAll(async () => {
    world = new World();
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'server', [], { name: 'server' });
    await world.connect('web', 'second', [], { name: 'second' });
    const ports = [80, 3000, 3001, 3002, 4000, 4001].flatMap((port) => [`tcp:${port}`, `udp:${port}`]);
    await world.sandbox('server').serve('server', ...ports);
    await world.sandbox('second').serve('second', 'tcp:80', 'udp:80');
  });

  afterAll(() => world.close());

  const tcp = (port: number, address: string = host, patience?: number) => ({
    protocol: 'tcp' as const,
    address,
    port,
    ...(patience === undefined ? {} : { patience }),
  });
  const publish = (endpoint: string, ...texts: readonly string[]) =>
    world.engine.publish(`web/${endpoint}`, specs(...texts));
  const unpublish = (endpoint: string, ...texts: readonly string[]) =>
    world.engine.unpublish(`web/${endpoint}`, specs(...texts));

  it('leads a range that keeps its numbers port by port, as one element', async () => {
    await publish('server', '3000-3002:3000-3002');
    const answers = await world.outside.ask(tcp(3000), tcp(3001), tcp(3002), tcp(3001, addresses.host.ipv6));
    expect(answers.map((answer) => answer.split(' ')[0])).toEqual([
      'server:3000',
      'server:3001',
      'server:3002',
      'server:3001',
    ]);
    const { nftables } = world.host.json('nft', '-j', 'list', 'map', 'inet', 'tsnet', 'port_ranges4');
    expect(nftables.at(-1).map.elem).toHaveLength(1);
    await unpublish('server', '3000-3002:3000-3002');
    expect(await world.outside.ask(tcp(3000), tcp(3002))).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  it('leads a shifted range port by port', async () => {
    await publish('server', '5000-5001:4000-4001', '5000-5001:4000-4001/udp');
    const udp = { protocol: 'udp', address: host, port: 5001 } as const;
    const answers = await world.outside.ask(tcp(5000), tcp(5001), udp, tcp(5001, addresses.host.ipv6));
    expect(answers.map((answer) => answer.split(' ')[0])).toEqual([
      'server:4000',
      'server:4001',
      'server:4001',
      'server:4001',
    ]);
    await unpublish('server', '5000-5001:4000-4001', '5000-5001:4000-4001/udp');
  });

  it('listens on one address of the host only, when one is given', async () => {
    await publish('server', '127.0.0.1:7001:80', `${host}:7002:80`, `[${addresses.host.ipv6}]:7003:80`);
    expect(await world.host.ask(tcp(7001, '127.0.0.1'), tcp(7001))).toEqual([
      'server:80 10.5.0.1',
      'ECONNREFUSED',
    ]);
    expect(await world.host.ask(tcp(7002), tcp(7002, '127.0.0.1'))).toEqual([
      `server:80 ${host}`,
      'ECONNREFUSED',
    ]);
    expect(await world.outside.ask(tcp(7001), tcp(7002), tcp(7003), tcp(7003, addresses.host.ipv6))).toEqual([
      'ECONNREFUSED',
      `server:80 ${addresses.outside.ipv4}`,
      'ECONNREFUSED',
      `server:80 ${addresses.outside.ipv6}`,
    ]);
    await unpublish('server', '127.0.0.1:7001:80', `${host}:7002:80`, `[${addresses.host.ipv6}]:7003:80`);
  });

  it('keeps a port on 127.0.0.1 from a neighbor that sends packets for 127.0.0.1 to the host', async () => {
    await publish('server', '127.0.0.1:7004:80');
    const count = (chain: string, match: string) =>
      `add rule inet count ${chain} ${match} tcp flags syn counter comment "${chain}"`;
    const arrived = 'add chain inet count arrived { type filter hook prerouting priority -400; }';
    const passed = 'add chain inet count passed { type filter hook forward priority 400; }';
    world.host.run('nft', `add table inet count; ${arrived}; ${passed}`);
    world.host.run('nft', `${count('arrived', 'ip daddr 127.0.0.1')}; ${count('passed', 'tcp dport 80')}`);
    world.outside.run('sysctl', '-wq', 'net.ipv4.conf.eth0.route_localnet=1');
    world.outside.ip(
      'route del local 127.0.0.1 table local',
      'route del local 127.0.0.0/8 table local',
      `route add 127.0.0.1/32 via ${host}`,
    );
    expect(await world.outside.ask(tcp(7004, '127.0.0.1', SILENCE_MS))).toEqual(['silence']);
    const listed = world.host.run('nft', 'list', 'table', 'inet', 'count');
    expect(listed).toMatch(/packets [1-9]\d* bytes \d+ comment "arrived"/);
    expect(listed).toMatch(/packets 0 bytes 0 comment "passed"/);
    world.host.run('nft', 'delete table inet count');
    await unpublish('server', '127.0.0.1:7004:80');
  });

  it('chooses a free port for host port 0 and says which', async () => {
    const { ports } = await publish('server', '0:80', '80');
    const [first, second] = ports.map(({ hostPort }) => hostPort);
    expect(first).not.toBe(second);
    expect(await world.outside.ask(tcp(first ?? 0), tcp(second ?? 0))).toEqual(
      Array(2).fill(`server:80 ${addresses.outside.ipv4}`),
    );
    await world.engine.unpublish('web/server', ports);
  });

  it('goes back and forth on a live endpoint, tcp and udp alike', async () => {
    for (let round = 0; round < 3; round++) {
      await publish('server', '8080:80', '8080:80/udp');
      expect(await world.outside.ask(tcp(8080), { ...tcp(8080), protocol: 'udp' })).toEqual(
        Array(2).fill(`server:80 ${addresses.outside.ipv4}`),
      );
      await unpublish('server', '8080:80', '8080:80/udp');
      expect(await world.outside.ask(tcp(8080), { ...tcp(8080), protocol: 'udp' })).toEqual(
        Array(2).fill('ECONNREFUSED'),
      );
    }
    expect((await world.engine.getEndpoint('web/server')).ports).toEqual([]);
  });

  describe('refuses', () => {
    it('a host port that another endpoint has, and names it', async () => {
      const { id } = await publish('server', '8081:80');
      await expect(publish('second', '8081:80')).rejects.toThrow(PortTakenError);
      await expect(publish('second', `${host}:8081:80`)).rejects.toThrow(`endpoint ${id}`);
      await unpublish('server', '8081:80');
      await publish('second', '8081:80');
      await unpublish('second', '8081:80');
    });

    it.each(['tcp', 'udp'] as const)(
      'a host port on which a process listens, and names it: %s',
      async (protocol) => {
        const server = await world.host.serve('host', `${protocol}:8082`);
        const refused = publish('server', `8082:80/${protocol}`);
        await expect(refused).rejects.toThrow(PortTakenError);
        await expect(refused).rejects.toThrow(`(process ${server.pid})`);
        // The process that listens on one address of the host only is in the way as well.
        server.kill('SIGKILL');
        await once(server, 'exit');
        const local = await world.host.serve('host', `${protocol}:127.0.0.1:8082`);
        await expect(publish('server', `8080-8083:80-83/${protocol}`)).rejects.toThrow(PortTakenError);
        local.kill('SIGKILL');
        await once(local, 'exit');
        await publish('server', `8082:80/${protocol}`);
        await unpublish('server', `8082:80/${protocol}`);
      },
    );

    it('an address that is not one of the host', async () => {
      await expect(publish('server', '192.168.77.1:8083:80')).rejects.toThrow(HostAddressError);
    });

    it('::1 alone, which the kernel leads nowhere else', async () => {
      await expect(publish('server', '[::1]:8083:80')).rejects.toThrow(PublishError);
    });

    it('to unpublish what is not published', async () => {
      await expect(unpublish('server', '8084:80')).rejects.toThrow('it is not published');
    });

    it('and keeps nothing of it', async () => {
      expect((await world.engine.getEndpoint('web/server')).ports).toEqual([]);
      expect((await world.records()).filter((key) => key.startsWith('port/'))).toEqual([]);
    });
  });

  it('takes a UDP client that never stops sending from one endpoint to the next', async () => {
    const heard: string[] = [];
    const until = async (text: string) => {
      while (heard.at(-1)?.startsWith(text) !== true) await once(client.stdout ?? client, 'data');
    };
    await publish('server', '8085:80/udp');
    const client = world.outside.start('stubborn-client.ts', host, '8085');
    client.stdout?.on('data', (chunk: Buffer) => heard.push(...chunk.toString().trim().split('\n')));
    await until('server:80');
    await unpublish('server', '8085:80/udp');
    await until('ECONNREFUSED');
    await publish('second', '8085:80/udp');
    await until('second:80');
    await unpublish('second', '8085:80/udp');
    client.kill('SIGKILL');
    await once(client, 'exit');
    expect(world.host.run('sh', '-c', 'conntrack -L -p udp 2>/dev/null')).not.toContain('src=10.5.0.');
  });

  it('leaves connections of sandboxes to the same port of others alone', async () => {
    await world.outside.serve('outside', 'tcp:7777', 'udp:7777');
    const elsewhere = { address: addresses.outside.ipv4, port: 7777 } as const;
    const questions = [
      { protocol: 'tcp', ...elsewhere },
      { protocol: 'udp', ...elsewhere },
    ] as const;
    await world.sandbox('second').ask(...questions);
    const tracked = () =>
      world.host.run('sh', '-c', 'conntrack -L 2>/dev/null').match(/dst=\S+ sport=\d+ dport=7777/g);
    const before = tracked();
    expect(before).toHaveLength(2);
    await publish('server', '7777:80', '7777:80/udp');
    expect(tracked()).toEqual(before);
    await unpublish('server', '7777:80', '7777:80/udp');
    expect(tracked()).toEqual(before);
  });

  it('forgets the connections to a range of 20,000 ports, and no others', async () => {
    const conntrack = (options: string) => world.host.run('sh', '-c', `conntrack ${options} 2>/dev/null`);
    const insert = (flow: string) => conntrack(`-I -p udp ${flow} -t 600`);
    const tracked = () =>
      Array.from(
        conntrack('-L -p udp --src 192.0.2.1').matchAll(/sport=(\d+) dport=\d+ .*src=/g),
        ([, port]) => Number(port),
      ).toSorted();
    const range = '20000-39999:20000-39999/udp';
    // Nobody has answered the first two: they began before the port led anywhere.
    for (const [index, port] of [20_000, 39_999, 19_999, 40_000].entries()) {
      insert(`-s 192.0.2.1 -d ${host} --sport ${1001 + index} --dport ${port}`);
    }
    expect(tracked()).toEqual([1001, 1002, 1003, 1004]);
    await publish('server', range);
    expect(tracked()).toEqual([1003, 1004]);
    insert(`-s 192.0.2.1 -d ${host} --sport 1005 --dport 30000 -g 10.5.0.2:30000 -u SEEN_REPLY`);
    insert(`-s 192.0.2.1 -d ${addresses.outside.ipv4} --sport 1006 --dport 30000 -u SEEN_REPLY`);
    expect(tracked()).toEqual([1003, 1004, 1005, 1006]);
    await unpublish('server', range);
    expect(tracked()).toEqual([1003, 1004, 1006]);
    conntrack('-D -p udp --src 192.0.2.1');
  });

  it('cuts tracked connections through a port when it is unpublished', async () => {
    await publish('server', '8086:80');
    await world.outside.ask(tcp(8086));
    expect(world.host.run('sh', '-c', 'conntrack -L -p tcp 2>/dev/null')).toContain('dport=8086');
    await unpublish('server', '8086:80');
    expect(world.host.run('sh', '-c', 'conntrack -L -p tcp 2>/dev/null')).not.toContain('dport=8086');
  });
});
