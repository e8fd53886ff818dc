import type { IpRange } from '@tsnet/inet';
import { InvalidPoolError } from './errors.ts';
import { isHostPrefix, type Pool, type PoolSpec, withCapacity } from './pool.ts';

/**
 * The pool that a spec asks for.
 *
 * @throws InvalidPoolError that says what is wrong with the spec.
 */
export function poolFromSpec(spec: PoolSpec): Pool {
  const { id, prefix, range = prefix.range, exclude = [], hostPool = false, labels = {} } = spec;
  const subject = `${id} with ${prefix}`;
  checkId('create pool', 'pool id', id);
  if (!prefix.isNetwork) {
    throw new InvalidPoolError(subject, 'the prefix has host bits', `Write ${prefix.network}.`);
  }
  if (isHostPrefix(prefix) && !hostPool) {
    throw new InvalidPoolError(
      subject,
      `a /${prefix.length} has no room beside its reserved addresses`,
      'Choose a shorter prefix, or allow a host pool.',
    );
  }
  checkInside(subject, 'range', range, prefix.range);
  const sorted = exclude.toSorted((a, b) => a.first.compare(b.first));
  for (const [index, gap] of sorted.entries()) {
    checkInside(subject, 'exclusion', gap, prefix.range);
    const before = sorted[index - 1];
    if (before && before.last.compare(gap.first) >= 0) {
      throw new InvalidPoolError(
        subject,
        `exclusions ${format(before)} and ${format(gap)} overlap`,
        'Exclude each address once.',
      );
    }
  }
  const pool = withCapacity({ id, prefix, range, exclude: sorted, hostPool, labels: { ...labels } });
  if (pool.capacity === 0n) {
    throw new InvalidPoolError(subject, 'no leasable address is left', 'Widen the range or exclude less.');
  }
  return pool;
}

/**
 * Refuses an id that no pool or owner may have.
 *
 * @throws InvalidPoolError
 */
export function checkId(operation: string, what: string, id: string): void {
  if (typeof id === 'string' && id.length > 0 && id.length <= 256 && id.isWellFormed()) return;
  throw new InvalidPoolError(
    JSON.stringify(id) ?? String(id),
    `the ${what} is not a text of 1 to 256 characters`,
    'Choose another one.',
    operation,
  );
}

function checkInside(subject: string, what: string, range: IpRange, whole: IpRange): void {
  if (whole.contains(range)) return;
  throw new InvalidPoolError(
    subject,
    `${what} ${format(range)} does not lie in the prefix`,
    `Choose addresses from ${whole.first} to ${whole.last}.`,
  );
}

function format(range: IpRange): string {
  return range.first.equals(range.last) ? `${range.first}` : `${range.first}-${range.last}`;
}
