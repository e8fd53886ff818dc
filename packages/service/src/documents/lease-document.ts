import type { AddressDocument, HolderDocument, LeaseDocument, ReservationDocument } from '@tsnet/api';
import type { Endpoint } from '@tsnet/core';
import type { IpAddress } from '@tsnet/inet';
import type { AddressHolder, Lease, Reservation } from '@tsnet/ipam';
import { parseOwner } from './owner.ts';
import { timeText } from './time-text.ts';

/** Endpoints by id, to tell who an owner is. */
export type EndpointIndex = ReadonlyMap<string, Endpoint>;

/** A lease as the API shows it. */
export function leaseDocument(lease: Lease, endpoints: EndpointIndex = new Map()): LeaseDocument {
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

/** A reservation as the API shows it. */
export function reservationDocument(reservation: Reservation): ReservationDocument {
  const { poolId, address, owner, reservedAt, labels } = reservation;
  return {
    address: `${address}`,
    pool: poolId,
    owner: owner ?? null,
    reservedAt: timeText(reservedAt),
    labels,
  };
}

/** What becomes of an address. Absent parts are null. */
export function addressDocument(
  address: IpAddress,
  { pool, use }: AddressHolder,
  endpoints: EndpointIndex,
): AddressDocument {
  const reservation = 'reservation' in use ? use.reservation : undefined;
  return {
    address: `${address}`,
    pool: pool.id,
    network: pool.labels.network ?? null,
    use: use.kind,
    lease: use.kind === 'leased' ? leaseDocument(use.lease, endpoints) : null,
    reservation: reservation === undefined ? null : reservationDocument(reservation),
    restsUntil: use.kind === 'resting' ? timeText(use.until) : null,
    reason: use.kind === 'never-leased' ? use.reason : null,
  };
}

function holderDocument(owner: string, endpoints: EndpointIndex): HolderDocument {
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
    ifName: endpoint?.ifName ?? null,
  };
}
