import { isTsnetError } from '@tsnet/errors';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { reasonNeverLeased } from '../lease/named-address.ts';
import { type Pool, spansOf } from '../pool/pool.ts';
import { checkId, poolFromSpec } from '../pool/pool-spec.ts';
import type { PoolState } from '../pool/pool-state.ts';
import { checkSupernet } from '../pool/supernet.ts';
import { isTime } from '../time.ts';
import { InvalidDocumentError } from './document-errors.ts';
import type { LeaseDocument, PoolDocument, ReservationDocument, RestDocument } from './ipam-document.ts';

/** A pool of a document, checked, and what its records come to. */
export interface ImportPlan {
  readonly pool: Pool;
  readonly state: PoolState;
  /** The offsets that are not free, ascending, each once. */
  readonly offsets: readonly bigint[];
  readonly leases: readonly LeaseDocument[];
  readonly reservations: readonly ReservationDocument[];
  readonly resting: readonly RestDocument[];
}

/**
 * Checks a pool of a document by itself, and adds up what it holds. Its cost grows with its records only, not
 * with the product of anything.
 *
 * @param path of the pool in the document.
 * @throws InvalidDocumentError
 */
export function planImport(document: PoolDocument, path: string): ImportPlan {
  const { leases = [], reservations = [], resting = [], cursor } = document;
  const { prefix, labels, carvedFrom } = document;
  if (!(prefix instanceof IpPrefix)) throw notOf(`${path}.prefix`, 'prefix', prefix);
  checkLabels(path, labels);
  if (carvedFrom) at(`${path}.carvedFrom`, () => checkSupernet(carvedFrom));
  const pool = at(path, () => poolFromSpec(document));
  if (cursor !== undefined) checkAddress(`${path}.cursor`, cursor);
  if (cursor && !pool.prefix.contains(cursor)) throw outside(`${path}.cursor`, cursor, pool.prefix);
  for (const [index, lease] of leases.entries()) checkLease(lease, `${path}.leases[${index}]`);
  for (const [index, each] of reservations.entries()) {
    checkReservation(each, `${path}.reservations[${index}]`);
  }
  for (const [index, rest] of resting.entries()) checkRest(rest, `${path}.resting[${index}]`);
  const claims: Claim[] = [];
  // In this order: see `resolve`.
  addClaims(claims, pool, 'reservations', reservations, path);
  addClaims(claims, pool, 'resting', resting, path);
  addClaims(claims, pool, 'leases', leases, path);
  const held = resolve(claims, path);
  const state = {
    cursor: cursor && pool.prefix.offsetOf(cursor),
    ...count(pool, held, path),
    due: earliest([...leases.map(({ expiresAt }) => expiresAt), ...resting.map(({ until }) => until)]),
  };
  return { pool, state, offsets: held.map(({ offset }) => offset), leases, reservations, resting };
}

/** What one record says of an address. */
interface Claim {
  readonly list: 'reservations' | 'resting' | 'leases';
  readonly index: number;
  readonly offset: bigint;
  readonly owner: string | undefined;
}

function addClaims(
  claims: Claim[],
  { prefix }: Pool,
  list: Claim['list'],
  records: readonly { readonly address: IpAddress; readonly owner?: string | undefined }[],
  path: string,
): void {
  for (const [index, { address, owner }] of records.entries()) {
    if (!prefix.contains(address)) throw outside(`${path}.${list}[${index}].address`, address, prefix);
    claims.push({ list, index, offset: prefix.offsetOf(address), owner });
  }
}

/**
 * The claims in the order of their addresses, one for each address: only a lease and a reservation for its
 * owner go together, and then it is the lease. Sorting keeps the order of claims to the same address, so
 * that a reservation comes before a lease, and nothing else has to be looked for.
 */
function resolve(claims: Claim[], path: string): readonly Claim[] {
  claims.sort((a, b) => (a.offset < b.offset ? -1 : Number(a.offset > b.offset)));
  const held: Claim[] = [];
  for (const claim of claims) {
    const before = held.at(-1);
    if (before?.offset !== claim.offset) {
      held.push(claim);
      continue;
    }
    if (before.list !== 'reservations' || claim.list !== 'leases') throw twice(claim, before, path);
    if (before.owner !== claim.owner) throw reservedForOther(claim, before, path);
    held[held.length - 1] = claim;
  }
  return held;
}

const counters = {
  leases: ['used', 'outside'],
  reservations: ['reserved', 'reservedOutside'],
  resting: ['resting', 'resting'],
} as const;

/** Claims and spans both ascend, so that one walk along both finds which claim lies in which span. */
function count(pool: Pool, held: readonly Claim[], path: string): Omit<PoolState, 'cursor' | 'due'> {
  const counts = { used: 0n, outside: 0n, reserved: 0n, reservedOutside: 0n, resting: 0n };
  const spans = spansOf(pool);
  let next = 0;
  for (const claim of held) {
    const { offset } = claim;
    while ((spans[next]?.to ?? offset) < offset) next += 1;
    const isInside = (spans[next]?.from ?? pool.prefix.size) <= offset;
    if (!isInside) checkOutside(pool, claim, path);
    const [inside, outside] = counters[claim.list];
    counts[isInside ? inside : outside] += 1n;
  }
  return counts;
}

/** Refuses what cannot be held among the addresses that a pool does not give out by itself. */
function checkOutside(pool: Pool, claim: Claim, path: string): void {
  const address = pool.prefix.at(claim.offset);
  const rule = reasonNeverLeased(pool, address);
  const isResting = claim.list === 'resting';
  const reason = rule ?? (isResting ? 'only addresses that the pool gives out by itself rest' : undefined);
  if (reason === undefined) return;
  const hint = 'Leave it out, or change the pool so that the address may be held.';
  throw new InvalidDocumentError(
    `${placeOf(claim, path)}.address`,
    `${address} cannot be held: ${reason}`,
    hint,
  );
}

function checkLease({ address, owner, key, leasedAt, expiresAt, labels }: LeaseDocument, path: string): void {
  checkAddress(`${path}.address`, address);
  checkName(path, 'owner', owner);
  if (key !== undefined) checkName(path, 'key', key);
  checkLabels(path, labels);
  checkTime(path, 'leasedAt', leasedAt);
  checkTime(path, 'expiresAt', expiresAt);
}

function checkReservation({ address, owner, reservedAt, labels }: ReservationDocument, path: string): void {
  checkAddress(`${path}.address`, address);
  if (owner !== undefined) checkName(path, 'owner', owner);
  checkTime(path, 'reservedAt', reservedAt);
  checkLabels(path, labels);
}

function checkRest({ address, until }: RestDocument, path: string): void {
  checkAddress(`${path}.address`, address);
  // Unlike the other times it has no default.
  if (until === undefined) throw notOf(`${path}.until`, 'number', until);
  checkTime(path, 'until', until);
}

function checkName(path: string, member: string, name: string): void {
  at(`${path}.${member}`, () => checkId('import', member, name));
}

function checkTime(path: string, member: string, time: number | undefined): void {
  if (time === undefined || isTime(time)) return;
  throw new InvalidDocumentError(`${path}.${member}`, `${time} is no time`, 'Give milliseconds since 1970.');
}

/** Types do not bind who builds a document in JavaScript; the next two keep that from being stored. */
function checkAddress(path: string, address: unknown): void {
  if (!(address instanceof IpAddress)) throw notOf(path, 'address', address);
}

function checkLabels(path: string, labels: unknown = {}): void {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw notOf(`${path}.labels`, 'object of texts', labels);
  }
  for (const [name, text] of Object.entries(labels)) {
    if (typeof text !== 'string') throw notOf(`${path}.labels[${JSON.stringify(name)}]`, 'text', text);
  }
}

function notOf(path: string, what: string, value: unknown): InvalidDocumentError {
  const reason =
    value === undefined ? 'it is missing' : `it is of type ${typeof value}, not the ${what} it has to be`;
  return new InvalidDocumentError(path, reason, 'Correct it, or read the text with parseIpamDocument.');
}

/** Says of an error where in the document its cause is. */
function at<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isTsnetError(error)) throw error;
    const { reason, hint = 'Correct the document.' } = error;
    throw new InvalidDocumentError(path, reason, hint, undefined, error);
  }
}

function placeOf({ list, index }: Claim, path: string): string {
  return `${path}.${list}[${index}]`;
}

function outside(path: string, address: IpAddress, prefix: IpPrefix): InvalidDocumentError {
  return new InvalidDocumentError(
    path,
    `${address} lies outside ${prefix}`,
    'Move it to the pool that it is of.',
  );
}

function twice(claim: Claim, other: Claim, path: string): InvalidDocumentError {
  const reason = `${placeOf(other, path)} has the same address`;
  return new InvalidDocumentError(`${placeOf(claim, path)}.address`, reason, 'Leave one of the two out.');
}

function reservedForOther(lease: Claim, reservation: Claim, path: string): InvalidDocumentError {
  const { owner = 'nobody' } = reservation;
  const reason = `it is ${lease.owner}, but ${placeOf(reservation, path)} keeps the address for ${owner}`;
  const hint = 'Name the same owner in both, or leave one of them out.';
  return new InvalidDocumentError(`${placeOf(lease, path)}.owner`, reason, hint);
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}
