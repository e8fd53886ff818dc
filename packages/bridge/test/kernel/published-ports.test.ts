import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, SILENCE_MS } from '../machine.ts';
import { addresses, World } from '../world.ts';

const protocols = ['tcp', 'udp'] as const;
const families = ['ipv4', 'ipv6'] as const;
type Ends = Readonly<Record<(typeof families)[number], string>>;

const loopback: Ends = { ipv4: '127.0.0.1', ipv6: '::1' };
const gateway: Ends = { ipv4: '10.5.0.1', ipv6: 'fd05::1' };
const server: Ends = { ipv4: '10.5.0.2', ipv6: 'fd05::2' };
const stranger: Ends = { ipv4: '10.6.0.2', ipv6: 'fd06::2' };

/** Asks over both families and both protocols; the answers come in this order. */
function ask(from: Machine, at: Ends, port: number, patience?: number): Promise<readonly string[]> {
  const questions = families.flatMap((family) =>
    protocols.map((protocol) => ({ protocol, address: at[family], port })),
  );
  return from.ask(...questions.map((question) => (patience ? { ...question, patience } : question)));
}

const seenAs = (client: Ends) => families.flatMap((family) => Array(2).fill(`server:80 ${client[family]}`));
const allFour = (answer: string) => Array(4).fill(answer);

/** Modules such as those of Docker and Kubernetes make bridged frames pass the firewall: both ways must do. */
const kinds = [
  { title: 'where bridged frames pass the firewall', filtered: 1 },
  { title: 'where bridged frames do not pass the firewall', filtered: 0 },
];

describeKernel('published ports', { needs: ['netns', 'nftables', 'bridge', 'veth', 'conntrack'] }, () => {
  describe.each(kinds)('$title', ({ filtered }) => {
    let world: World;

    beforeAll(async () => {
      world = new World();
      // Without br_netfilter there is nothing to choose: nothing passes.
      for (const setting of ['iptables', 'ip6tables']) {
        const name = `net.bridge.bridge-nf-call-${setting}`;
        world.host.run('sh', '-c', `! test -e /proc/sys/net/bridge || sysctl -wq ${name}=${filtered}`);
      }
      await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
      await world.network('other', ['10.6.0.0/24', 'fd06::/64']);
      await world.connect('web', 'server', ['8080:80', '8080:80/udp']);
      await world.connect('web', 'sibling');
      await world.connect('other', 'stranger');
      await world.sandbox('server').serve('server', 'tcp:80', 'udp:80', 'tcp:81', 'udp:81');
    });

    afterAll(() => world.close());

    it('answer from outside at once, and the server sees the address of the client', async () => {
      expect(await ask(world.outside, addresses.host, 8080, 900)).toEqual(seenAs(addresses.outside));
    });

    it("answer at the host's own address, from the host", async () => {
      expect(await ask(world.host, addresses.host, 8080)).toEqual(seenAs(addresses.host));
    });

    it('answer at 127.0.0.1, and refuse at ::1 instead of being silent', async () => {
      expect(await ask(world.host, loopback, 8080)).toEqual([
        ...Array(2).fill(`server:80 ${gateway.ipv4}`),
        ...Array(2).fill('ECONNREFUSED'),
      ]);
    });

    it("answer a sandbox of the same network at the host's address", async () => {
      expect(await ask(world.sandbox('sibling'), addresses.host, 8080)).toEqual(seenAs(gateway));
    });

    it("answer the server itself at the host's address", async () => {
      expect(await ask(world.sandbox('server'), addresses.host, 8080)).toEqual(seenAs(gateway));
    });

    it('answer a sandbox of the same network at the gateway', async () => {
      expect(await ask(world.sandbox('sibling'), gateway, 8080)).toEqual(seenAs(gateway));
    });

    it("answer a sandbox of another network at the host's address, and the server sees who asks", async () => {
      expect(await ask(world.sandbox('stranger'), addresses.host, 8080)).toEqual(seenAs(stranger));
    });

    it('publish nothing else: the sandbox is silent from outside even with a route to it', async () => {
      world.outside.ip(
        `route add 10.5.0.0/24 via ${addresses.host.ipv4}`,
        `route add fd05::/64 via ${addresses.host.ipv6}`,
      );
      const [published, unpublished] = await Promise.all([
        ask(world.outside, server, 80, SILENCE_MS),
        ask(world.outside, server, 81, SILENCE_MS),
      ]);
      expect([published, unpublished]).toEqual([allFour('silence'), allFour('silence')]);
      expect(await world.outside.ping(server.ipv4, SILENCE_MS)).toBe(false);
      expect(await world.outside.ping(server.ipv6, SILENCE_MS)).toBe(false);
    });

    it('leave the ports of the host itself alone', async () => {
      await world.host.serve('host', 'tcp:9090', 'udp:9090');
      expect(await ask(world.outside, addresses.host, 9090)).toEqual(
        families.flatMap((family) => Array(2).fill(`host:9090 ${addresses.outside[family]}`)),
      );
    });
  });
});
