import type { Event } from '@tsnet/api';
import { type Endpoint, formatPortSpec, type RecordChange, readRecordChange } from '@tsnet/core';
import { type LeaseEvent, type Pool, readLeaseEvent, type StoreChange } from '@tsnet/ipam';
import {
  endpointDocument,
  leaseDocument,
  networkDocument,
  poolDocument,
  reservationDocument,
} from '@tsnet/service';
import { readDriftChange } from './drift-log.ts';

/** An event without its id, with the network that it concerns where that is known. */
export type Told = (Event extends infer E ? (E extends unknown ? Omit<E, 'id'> : never) : never) & {
  /** The network that it concerns; null where it concerns none, and undefined where that is not known. */
  readonly network?: string | null | undefined;
};
type Telling = readonly Told[];

/** What there is, which no event tells of. */
export interface Known {
  readonly networks: Iterable<{ readonly id: string; readonly name: string }>;
  readonly endpoints: Iterable<Endpoint>;
  readonly pools: Iterable<Pick<Pool, 'id' | 'labels'>>;
}

/**
 * Makes events of a store's changes, taken in their order. It knows the endpoints and networks that it has seen, to say which
 * ports are new; of one that it sees for the first time, all are.
 */
export class Translator {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #networks = new Map<string, string>();
  /** The network of each pool; null for one of none. */
  readonly #pools = new Map<string, string | null>();
  /** Takes notice of what there is, which no event tells of. */
  learn({ networks, endpoints, pools }: Known): void {
    for (const { id, name } of networks) this.#networks.set(id, name);
    for (const endpoint of endpoints) this.#endpoints.set(endpoint.id, endpoint);
    for (const { id, labels } of pools) this.#pools.set(id, labels.network ?? null);
  }

  /** The events that a change tells of. */
  translate(change: StoreChange): Telling {
    const record = readRecordChange(change);
    if (record !== undefined)
      return record.type === 'network' ? this.#network(record) : this.#endpoint(record);
    const lease = readLeaseEvent(change);
    if (lease !== undefined) return this.#lease(lease);
    return readDriftChange(change).map((event) => ({ ...event, network: event.data.network })) as Telling;
  }

  #network({ id, network }: RecordChange & { readonly type: 'network' }): Telling {
    const name = network?.name ?? this.#networks.get(id);
    if (network === undefined) {
      this.#networks.delete(id);
      return [{ type: 'network.deleted', data: { id }, network: name }];
    }
    this.#networks.set(id, network.name);
    return [{ type: `network.${network.state}`, data: networkDocument(network), network: name }];
  }

  #endpoint({ id, endpoint }: RecordChange & { readonly type: 'endpoint' }): Telling {
    const before = this.#endpoints.get(id);
    const network = (endpoint ?? before)?.networkName;
    if (endpoint === undefined) {
      this.#endpoints.delete(id);
      const deleted = { type: 'endpoint.deleted', data: { id }, network } as const;
      return before === undefined ? [deleted] : [...portsClosed(before, []), deleted];
    }
    this.#endpoints.set(id, endpoint);
    // What is not whole yet has no ports open, nor has what is going.
    const open = endpoint.state === 'ready' ? endpoint.ports.map(formatPortSpec) : [];
    const wasOpen = before?.state === 'ready' ? before.ports.map(formatPortSpec) : [];
    const opened = open.filter((port) => !wasOpen.includes(port));
    const data = { endpoint: id, network: endpoint.networkName, ports: opened };
    const isChanged = before?.state !== endpoint.state;
    return [
      ...(before === undefined ? [] : portsClosed(before, open)),
      ...(isChanged
        ? [{ type: `endpoint.${endpoint.state}`, data: endpointDocument(endpoint), network } as const]
        : []),
      ...(opened.length === 0 ? [] : [{ type: 'port.published', data, network } as const]),
    ];
  }

  #lease(event: LeaseEvent): Telling {
    switch (event.type) {
      case 'leased':
        return [
          {
            type: 'lease.held',
            data: leaseDocument(event.lease, this.#endpoints),
            network: this.#networkOf(event.lease.owner, event.poolId),
          },
        ];
      case 'released': {
        const { poolId: pool, address, owner } = event;
        const data = { pool, address: `${address}`, owner };
        return [{ type: 'lease.released', data, network: this.#networkOf(owner, pool) }];
      }
      case 'reserved':
        return [
          {
            type: 'reservation.made',
            data: reservationDocument(event.reservation),
            network: this.#pools.get(event.poolId),
          },
        ];
      case 'unreserved':
        return [
          {
            type: 'reservation.ended',
            data: { pool: event.poolId, address: `${event.address}` },
            network: this.#pools.get(event.poolId),
          },
        ];
      case 'pool-created': {
        const { labels } = event.pool;
        this.#pools.set(event.poolId, labels.network ?? null);
        return [{ type: 'pool.changed', data: poolDocument(event.pool), network: labels.network ?? null }];
      }
      case 'pool-deleted':
        return [{ type: 'pool.deleted', data: { id: event.poolId }, network: this.#pools.get(event.poolId) }];
    }
  }

  #networkOf(owner: string, poolId: string): string | null | undefined {
    const [kind, id = ''] = owner.split(':');
    if (kind === 'network') return id;
    const endpoint = kind === 'endpoint' ? this.#endpoints.get(id) : undefined;
    return endpoint?.networkName ?? this.#pools.get(poolId);
  }
}

function portsClosed(before: Endpoint, open: readonly string[]): Telling {
  if (before.state !== 'ready') return [];
  const ports = before.ports.map(formatPortSpec).filter((port) => !open.includes(port));
  const { id: endpoint, networkName: network } = before;
  if (ports.length === 0) return [];
  return [{ type: 'port.unpublished', data: { endpoint, network, ports }, network }];
}
