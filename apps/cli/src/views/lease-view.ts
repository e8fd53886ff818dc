import type { Endpoint } from '@tsnet/core';
import type { Lease, Reservation } from '@tsnet/ipam';
import { parseOwner } from '../parse/owner.ts';
import { labelsText } from './labels-view.ts';

/** Endpoints by id, to tell who an owner is. */
export type EndpointIndex = ReadonlyMap<string, Endpoint>;

/** The index of a list of endpoints. */
export function indexEndpoints(endpoints: readonly Endpoint[]): EndpointIndex {
  return new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
}

/** A lease in JSON. */
export function leaseDocument(lease: Lease, endpoints: EndpointIndex = new Map()) {
  const { poolId, address, owner, leasedAt, expiresAt, key, labels } = lease;
  return {
    address: `${address}`,
    pool: poolId,
    owner,
    holder: holderDocument(owner, endpoints),
    leasedAt: timeText(leasedAt),
    expiresAt: expiresAt === undefined ? null : timeText(expiresAt),
    key: key ?? null,
    labels,
  };
}

/** A reservation in JSON. */
export function reservationDocument({ poolId, address, owner, reservedAt, labels }: Reservation) {
  return {
    address: `${address}`,
    pool: poolId,
    owner: owner ?? null,
    reservedAt: timeText(reservedAt),
    labels,
  };
}

/** Who holds a lease, until when, and the labels that were given: `web-1 until ... (tier=web)`. */
export function leaseText({ owner, expiresAt, labels }: Lease, endpoints: EndpointIndex = new Map()): string {
  const end = expiresAt === undefined ? '' : ` until ${timeText(expiresAt)}`;
  // The labels of an endpoint's lease only repeat what is said of the endpoint.
  const isForeign = parseOwner(owner).kind === 'other';
  return `${holderText(owner, endpoints)}${end}${isForeign ? labelsSuffix(labels) : ''}`;
}

/** For whom an address is kept: `for web-1 (tier=web)`. */
export function reservationText({ owner, labels }: Reservation): string {
  return `${owner === undefined ? 'for nobody' : `for ${owner}`}${labelsSuffix(labels)}`;
}

/** A time in a document or a text: `2030-01-31T12:00:00.000Z`. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function labelsSuffix(labels: Lease['labels']): string {
  const text = labelsText(labels);
  return text === '' ? '' : ` (${text})`;
}

function holderDocument(owner: string, endpoints: EndpointIndex) {
  const { kind, id } = parseOwner(owner);
  if (kind === 'network') return { kind: 'gateway', network: id };
  if (kind === 'other') return { kind };
  const endpoint = endpoints.get(id);
  return {
    kind,
    endpoint: id,
    name: endpoint?.name ?? null,
    network: endpoint?.networkName ?? null,
    sandbox: endpoint?.sandbox.ref ?? null,
  };
}

function holderText(owner: string, endpoints: EndpointIndex): string {
  const { kind, id } = parseOwner(owner);
  if (kind === 'network') return `gateway of ${id}`;
  if (kind === 'other') return owner;
  const endpoint = endpoints.get(id);
  if (endpoint === undefined) return `endpoint ${id}`;
  const name = endpoint.name === undefined ? '' : ` (${endpoint.name})`;
  return `endpoint ${id}${name}, ${endpoint.ifName} of ${endpoint.sandbox.ref}`;
}
