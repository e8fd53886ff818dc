import type { Endpoint, PoolReport } from '@tsnet/core';
import type { Lease } from '@tsnet/ipam';
import { formatFields } from '../output/table.ts';

/** Endpoints by id, to tell who an owner is. */
export type EndpointIndex = ReadonlyMap<string, Endpoint>;

/** A pool in JSON, with who holds what. */
export function poolDocument({ pool, usage, leases }: PoolReport, endpoints: EndpointIndex) {
  return {
    prefix: `${pool.prefix}`,
    network: pool.labels.network ?? null,
    range: `${pool.range}`,
    exclude: pool.exclude.map((range) => `${range}`),
    capacity: usage.capacity,
    used: usage.used,
    outside: usage.outside,
    leases: leases.map((lease) => leaseDocument(lease, endpoints)),
  };
}

/** A pool and its leases, one a line. */
export function poolText({ pool, usage, leases }: PoolReport, endpoints: EndpointIndex): string {
  const { network } = pool.labels;
  return formatFields(network === undefined ? `${pool.prefix}` : `${pool.prefix} of ${network}`, [
    ['range', pool.range.equals(pool.prefix.range) ? '' : `${pool.range}`],
    ['excluded', pool.exclude.join(', ')],
    ['used', usageText(usage)],
    ...leases.map((lease) => [`${lease.address}`, holderText(lease, endpoints)] as const),
  ]);
}

/** How full a pool is: `3 of 254`. */
export function usageText({ used, capacity, outside }: PoolReport['usage']): string {
  return `${used} of ${capacity}${outside > 0n ? `, and ${outside} outside the range` : ''}`;
}

function leaseDocument(lease: Lease, endpoints: EndpointIndex) {
  return {
    address: `${lease.address}`,
    owner: lease.owner,
    holder: holderDocument(lease, endpoints),
    leasedAt: new Date(lease.leasedAt).toISOString(),
  };
}

function holderDocument(lease: Lease, endpoints: EndpointIndex) {
  const { kind, id } = ownerOf(lease);
  if (kind === 'network') return { kind: 'gateway', network: id };
  if (kind !== 'endpoint') return { kind: 'other' };
  const endpoint = endpoints.get(id);
  return { kind, endpoint: id, name: endpoint?.name ?? null, sandbox: endpoint?.sandbox.ref ?? null };
}

function holderText(lease: Lease, endpoints: EndpointIndex): string {
  const { kind, id } = ownerOf(lease);
  if (kind === 'network') return `gateway of ${id}`;
  if (kind !== 'endpoint') return lease.owner;
  const endpoint = endpoints.get(id);
  if (endpoint === undefined) return `endpoint ${id}`;
  const name = endpoint.name === undefined ? '' : ` (${endpoint.name})`;
  return `endpoint ${id}${name}, ${endpoint.ifName} of ${endpoint.sandbox.ref}`;
}

function ownerOf({ owner }: Lease): { readonly kind: string; readonly id: string } {
  const colon = owner.indexOf(':');
  return { kind: owner.slice(0, Math.max(colon, 0)), id: owner.slice(colon + 1) };
}
