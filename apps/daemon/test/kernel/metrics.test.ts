import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { sendRaw } from '../testing/raw-request.ts';
import { TestDaemon } from '../testing/test-daemon.ts';

describeKernel('the metrics', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  /** Every sample by its name and labels. */
  async function samples(daemon: TestDaemon): Promise<ReadonlyMap<string, number>> {
    const { body, headers } = await sendRaw(daemon.socket, { method: 'GET', path: '/metrics' });
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
    );
  }

  it('tell of operations, pools, endpoints, ports and traffic', async () => {
    await using daemon = await TestDaemon.open();
    await using client = daemon.client();
    const sandbox = daemon.sandboxName('app');
    await client.createNetwork({ name: 'web', subnets: [{ prefix: '10.88.0.0/24' }] });
    await client.createSandbox({ name: sandbox });
    const { id } = await client.connect({
      network: 'web',
      sandbox,
      name: 'db',
      ports: ['8080-8081:80-81', '53:53/udp'],
    });
    await client.getNetwork({ network: 'nothing' }).catch(() => undefined);
    const before = await samples(daemon);
    expect(before.get('tsnet_operations_total{operation="connect",outcome="ok"}')).toBe(1);
    expect(before.get('tsnet_operations_total{operation="getNetwork",outcome="not-found"}')).toBe(1);
    expect(before.get('tsnet_operation_duration_seconds_count{operation="connect"}')).toBe(1);
    expect(before.get('tsnet_networks')).toBe(1);
    expect(before.get('tsnet_endpoints{network="web"}')).toBe(1);
    expect(before.get('tsnet_ports{network="web",protocol="tcp"}')).toBe(2);
    expect(before.get('tsnet_ports{network="web",protocol="udp"}')).toBe(1);
    expect(before.get('tsnet_pool_addresses{pool="10.88.0.0/24",network="web",state="used"}')).toBe(2);
    expect(before.get('tsnet_pool_addresses{pool="10.88.0.0/24",network="web",state="free"}')).toBe(252);
    await daemon.runIn(sandbox, 'ping', '-c', '5', '-i', '0.2', '-s', '1000', '10.88.0.1');
    const after = await samples(daemon);
    for (const direction of ['received', 'sent']) {
      const labels = `{endpoint="${id}",name="db",network="web",direction="${direction}"}`;
      const grown = (name: string) => (after.get(name + labels) ?? 0) - (before.get(name + labels) ?? 0);
      expect(grown('tsnet_endpoint_packets_total')).toBeGreaterThanOrEqual(5);
      expect(grown('tsnet_endpoint_bytes_total')).toBeGreaterThanOrEqual(5 * 1028);
      const bridge = `tsnet_network_bytes_total{network="web",direction="${direction}"}`;
      expect((after.get(bridge) ?? 0) - (before.get(bridge) ?? 0)).toBeGreaterThanOrEqual(5 * 1028);
    }
    await client.deleteNetwork({ network: 'web', force: true });
    const last = await samples(daemon);
    expect(last.get('tsnet_networks')).toBe(0);
    expect([...last.keys()].filter((name) => name.includes('network="web"'))).toEqual([]);
  });

  it('are all that the dashboard asks for', async () => {
    await using daemon = await TestDaemon.open();
    const { body } = await sendRaw(daemon.socket, { method: 'GET', path: '/metrics' });
    const known = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const file = join(import.meta.dirname, '../../grafana/tsnet.json');
    const { panels } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
    };
    const asked = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => expr.match(/\b(tsnet|process|nodejs)_\w+/g) ?? []),
    );
    expect(asked.length).toBeGreaterThan(15);
    for (const name of asked) expect(known).toContain(name.replace(/_bucket$/, ''));
  });
});
