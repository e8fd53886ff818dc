import type { IpAddress } from '@tsnet/inet';
import { InvalidLeaseError } from '../errors.ts';
import { checkId, checkLabels } from '../pool/pool-spec.ts';
import { checkTime, isDuration } from '../time.ts';

/** What every request for leases says. */
export interface LeaseTerms {
  /** Any text of 1 to 256 characters. One owner may hold any number of leases. */
  readonly owner: string;
  /**
   * Any text of 1 to 256 characters: the same owner with the same key gets the leases that it already has
   * from this pool under that key, if it has any. Default: every request makes new ones.
   */
  readonly key?: string | undefined;
  /** Milliseconds until the lease ends by itself, above 0. Default: it does not. */
  readonly ttl?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970: becomes {@link Lease.leasedAt}, and decides which leases have ended. */
  readonly now: number;
}

/** Who leases, and what. */
export interface LeaseRequest extends LeaseTerms {
  /** This very address, from anywhere in the prefix. Default: the pool chooses. */
  readonly address?: IpAddress | undefined;
  /** This address if it can be had, else one that the pool chooses. */
  readonly preferred?: IpAddress | undefined;
}

/**
 * Refuses terms that make no sense.
 *
 * @throws InvalidPoolError for an owner, a key or labels, InvalidLeaseError for times.
 */
export function checkTerms(
  operation: string,
  terms: Pick<LeaseTerms, 'owner' | 'key' | 'ttl' | 'labels' | 'now'>,
): void {
  const { owner, key, ttl, labels, now } = terms;
  checkId(operation, 'owner', owner);
  if (key !== undefined) checkId(operation, 'key', key);
  checkTime(operation, now);
  if (labels !== undefined) checkLabels(operation, labels);
  if (ttl !== undefined && !(isDuration(ttl) && ttl > 0)) {
    const hint = 'Choose an integer from 1 to a thousand years.';
    throw new InvalidLeaseError(
      operation,
      `for ${owner}`,
      `${ttl} is no number of milliseconds to last`,
      hint,
    );
  }
}
