import type { IpAddress } from '@tsnet/inet';
import type { PoolSpec } from '../pool/pool.ts';

/** What every document calls itself. */
export const documentFormat = 'tsnet-ipam';

/** The version that this release writes, and the only one that it reads. */
export const documentVersion = 1;

/**
 * Pools with all that is held in them, as data that moves from one store to another. `JSON.stringify` makes
 * its text, with addresses, prefixes and ranges as plain text; `parseIpamDocument` reads it back.
 *
 * Times are milliseconds since 1970, as everywhere in this package: exact, and free of time zones.
 */
export interface IpamDocument {
  readonly format: typeof documentFormat;
  readonly version: typeof documentVersion;
  readonly pools: readonly PoolDocument[];
}

/** A pool in a document. Only `id` and `prefix` must be given: a document may be written by hand. */
export interface PoolDocument extends PoolSpec {
  /** The address that the pool chose last: the search for the next one begins behind it. Default: none yet. */
  readonly cursor?: IpAddress | undefined;
  readonly reservations?: readonly ReservationDocument[] | undefined;
  /** Released addresses that are not given out yet, see {@link PoolSpec.reuseDelay}. */
  readonly resting?: readonly RestDocument[] | undefined;
  readonly leases?: readonly LeaseDocument[] | undefined;
}

/** An address that is kept for an owner, or from everybody when there is none. */
export interface ReservationDocument {
  readonly address: IpAddress;
  readonly owner?: string | undefined;
  /** Default: the time of the import. */
  readonly reservedAt?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** An address that rests. */
export interface RestDocument {
  readonly address: IpAddress;
  /** From this time on it is given out like any other. */
  readonly until: number;
}

/** An address that somebody holds. */
export interface LeaseDocument {
  readonly address: IpAddress;
  readonly owner: string;
  /** Default: the time of the import. */
  readonly leasedAt?: number | undefined;
  /** From this time on nobody holds it. Default: it lasts until it is released. */
  readonly expiresAt?: number | undefined;
  /** What makes a repeated request find this lease rather than make another. */
  readonly key?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A document of these pools. */
export function documentOf(pools: readonly PoolDocument[]): IpamDocument {
  return { format: documentFormat, version: documentVersion, pools };
}
