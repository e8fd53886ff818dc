import type { EndpointDocument } from '@tsnet/api';
import type { Traffic, TrafficReport } from '@tsnet/core';
import type { Records } from '@tsnet/service/records';
import type { Gauges } from './metrics.ts';

/** Sets the gauges to what there is. */
export async function fillGauges(
  gauges: Gauges,
  records: Records,
  traffic: () => Promise<TrafficReport>,
): Promise<void> {
  const [networks, endpoints, pools, counts] = await Promise.all([
    all((page) => records.listNetworks(page)),
    all((page) => records.listEndpoints(page)),
    all((page) => records.listPools(page)),
    traffic(),
  ]);
  gauges.networks.set(networks.length);
  gauges.endpoints.reset();
  gauges.ports.reset();
  gauges.addresses.reset();
  for (const { name } of networks) gauges.endpoints.set({ network: name }, 0);
  for (const { network, ports } of endpoints) {
    gauges.endpoints.inc({ network });
    for (const { protocol, count } of ports) gauges.ports.inc({ network, protocol }, count);
  }
  for (const { id, network, used, reserved, resting, free } of pools) {
    for (const [state, value] of Object.entries({ used, reserved, resting, free }))
      gauges.addresses.set({ pool: id, network: network ?? '', state }, Number(value));
  }
  fillTraffic(gauges, endpoints, networks, counts);
}

function fillTraffic(
  gauges: Gauges,
  endpoints: readonly EndpointDocument[],
  networks: readonly { readonly id: string; readonly name: string }[],
  counts: TrafficReport,
): void {
  for (const gauge of [gauges.endpointBytes, gauges.endpointPackets]) gauge.reset();
  for (const gauge of [gauges.networkBytes, gauges.networkPackets]) gauge.reset();
  for (const { id, name, network } of endpoints) {
    const labels = { endpoint: id, name: name ?? '', network };
    set(counts.endpoints.get(id), labels, gauges.endpointBytes, gauges.endpointPackets);
  }
  for (const { id, name } of networks)
    set(counts.networks.get(id), { network: name }, gauges.networkBytes, gauges.networkPackets);
}

interface Countable<L> {
  inc(labels: L & { readonly direction: string }, value: number): void;
}

function set<L extends object>(
  counts: Traffic | undefined,
  labels: L,
  bytes: Countable<L>,
  packets: Countable<L>,
): void {
  if (counts === undefined) return;
  bytes.inc({ ...labels, direction: 'received' }, Number(counts.receivedBytes));
  bytes.inc({ ...labels, direction: 'sent' }, Number(counts.sentBytes));
  packets.inc({ ...labels, direction: 'received' }, Number(counts.receivedPackets));
  packets.inc({ ...labels, direction: 'sent' }, Number(counts.sentPackets));
}

async function all<T>(
  read: (page: {
    readonly limit: number;
    readonly cursor?: string;
  }) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const found = await read({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...found.items);
    cursor = found.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
