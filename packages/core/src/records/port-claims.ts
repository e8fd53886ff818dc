import type { Transaction } from '@tsnet/ipam';
import { PortTakenError } from '../errors.ts';
import { formatPortSpec, type PortProtocol, type PublishedPort } from '../model/port.ts';
import { keys } from './keys.ts';

/** One run of host ports that leads to an endpoint. */
interface PortClaim {
  readonly first: number;
  readonly last: number;
  /** Host address; null for all of both families. */
  readonly host: string | null;
  readonly endpoint: string;
}

/** Ports of one bucket: claiming one port reads and writes one record, however many are claimed. */
const BUCKET_LENGTH = 64;

/**
 * Claims host ports for an endpoint.
 *
 * @throws {@link PortTakenError} naming the endpoint that has one of them.
 */
export async function claimPort(tx: Transaction, endpointId: string, port: PublishedPort): Promise<void> {
  const claim = claimOf(endpointId, port);
  for (const bucket of bucketsOf(port)) {
    const key = keys.portBucket(port.protocol, bucket);
    const claims = decodeClaims(await tx.get(key));
    const holder = claims.find((other) => clash(other, claim));
    if (holder !== undefined) throw new PortTakenError(formatPortSpec(port), `endpoint ${holder.endpoint}`);
    tx.put(key, JSON.stringify([...claims, claim]));
  }
}

/** Whether no two endpoints could have these at once. */
export function portsClash(a: PublishedPort, b: PublishedPort): boolean {
  return a.protocol === b.protocol && clash(claimOf('', a), claimOf('', b));
}

/** Gives an endpoint's claim up; one that is gone is no error. */
export async function releasePort(tx: Transaction, endpointId: string, port: PublishedPort): Promise<void> {
  const claim = claimOf(endpointId, port);
  for (const bucket of bucketsOf(port)) {
    const key = keys.portBucket(port.protocol, bucket);
    const rest = decodeClaims(await tx.get(key)).filter((other) => !sameClaim(other, claim));
    if (rest.length === 0) tx.delete(key);
    else tx.put(key, JSON.stringify(rest));
  }
}

/** The endpoint that has one of these host ports, if any. */
export async function findPortHolder(tx: Transaction, port: PublishedPort): Promise<string | undefined> {
  const wanted = claimOf('', port);
  for (const bucket of bucketsOf(port)) {
    const claims = decodeClaims(await tx.get(keys.portBucket(port.protocol, bucket)));
    const holder = claims.find((claim) => clash(claim, wanted));
    if (holder !== undefined) return holder.endpoint;
  }
  return undefined;
}

function claimOf(endpoint: string, port: PublishedPort): PortClaim {
  const { hostPort, count, hostAddress } = port;
  const host = hostAddress === undefined ? null : `${hostAddress}`;
  return { first: hostPort, last: hostPort + count - 1, host, endpoint };
}

function bucketsOf(port: {
  readonly protocol: PortProtocol;
  readonly hostPort: number;
  readonly count: number;
}) {
  const first = Math.floor(port.hostPort / BUCKET_LENGTH);
  const last = Math.floor((port.hostPort + port.count - 1) / BUCKET_LENGTH);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function decodeClaims(value: string | Uint8Array | undefined): readonly PortClaim[] {
  return value === undefined ? [] : JSON.parse(String(value));
}

function clash(a: PortClaim, b: PortClaim): boolean {
  return a.first <= b.last && b.first <= a.last && addressesClash(a.host, b.host);
}

function addressesClash(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return true;
  if (a.includes(':') !== b.includes(':')) return false;
  return a === b || isUnspecified(a) || isUnspecified(b);
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function sameClaim(a: PortClaim, b: PortClaim): boolean {
  return a.first === b.first && a.last === b.last && a.host === b.host && a.endpoint === b.endpoint;
}
