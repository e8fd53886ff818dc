import type { Event } from '@tsnet/api';
import { type Endpoint, formatPortSpec, type RecordChange, readRecordChange } from '@tsnet/core';
import { type LeaseEvent, readLeaseEvent, type StoreChange } from '@tsnet/ipam';
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
  readonly network?: string | undefined;
};
type Telling = readonly Told[];

/**
 * Makes events of a store's changes, taken in their order. It knows the endpoints and networks that it has seen, to say which
 * ports are new; of one that it sees for the first time, all are.
 */
export class Translator {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #networks = new Map<string, string>();
  /** Takes notice of what there is, which no event tells of. */
  learn(
    networks: Iterable<{ readonly id: string; readonly name: string }>,
    endpoints: Iterable<Endpoint>,
  ): void {
    for (const { id, name } of networks) this.#networks.set(id, name);
    for (const endpoint of endpoints) this.#endpoints.set(endpoint.id, endpoint);
  }

  /** The events that a change tells of. */
  translate(change: StoreChange): Telling {
    const record = readRecordChange(change);
    if (record !== undefined)
      return record.type === 'network' ? this.#network(record) : this.#endpoint(record);
    const lease = readLeaseEvent(change);
    if (lease !== undefined) return this.#lease(lease);
    return readDriftChange(change) as Telling;
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
            network: this.#networkOf(event.lease.owner),
          },
        ];
      case 'released': {
        const { poolId: pool, address, owner } = event;
        const data = { pool, address: `${address}`, owner };
        return [{ type: 'lease.released', data, network: this.#networkOf(owner) }];
      }
      case 'reserved':
        return [{ type: 'reservation.made', data: reservationDocument(event.reservation) }];
      case 'unreserved':
        return [{ type: 'reservation.ended', data: { pool: event.poolId, address: `${event.address}` } }];
      case 'pool-created': {
        const { labels } = event.pool;
        return [{ type: 'pool.changed', data: poolDocument(event.pool), network: labels.network }];
      }
      case 'pool-deleted':
        return [{ type: 'pool.deleted', data: { id: event.poolId } }];
    }
  }

  #networkOf(owner: string): string | undefined {
    const [kind, id = ''] = owner.split(':');
    if (kind === 'network') return id;
    return kind === 'endpoint' ? this.#endpoints.get(id)?.networkName : undefined;
  }
}

function portsClosed(before: Endpoint, open: readonly string[]): Telling {
  if (before.state !== 'ready') return [];
  const ports = before.ports.map(formatPortSpec).filter((port) => !open.includes(port));
  const { id: endpoint, networkName: network } = before;
  if (ports.length === 0) return [];
  return [{ type: 'port.unpublished', data: { endpoint, network, ports }, network }];
}
