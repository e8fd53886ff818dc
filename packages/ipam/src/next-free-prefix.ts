import { IpAddress, IpPrefix } from '@tsnet/inet';
import { InvalidPoolError, PrefixesExhaustedError } from './errors.ts';

/** A prefix to cut up, and the length of the pieces. */
export interface Supernet {
  readonly prefix: IpPrefix;
  /** From the length of the prefix to the width of its family. */
  readonly length: number;
}

/**
 * The first piece of the first supernet that overlaps none of `taken`: pools, routes of the host, prefixes
 * promised to others. Prefixes of the other family are passed over.
 *
 * @throws PrefixesExhaustedError when every piece of every supernet overlaps one; InvalidPoolError for a
 * piece larger than its supernet.
 */
export function nextFreePrefix(supernets: readonly Supernet[], taken: readonly IpPrefix[]): IpPrefix {
  for (const supernet of supernets) {
    const free = firstPiece(supernet, taken);
    if (free) return free;
  }
  const inside = taken.filter((one) => supernets.some(({ prefix }) => prefix.overlaps(one)));
  const names = inside.slice(0, 4).join(', ');
  const more = inside.length > 4 ? ` and ${inside.length - 4} more` : '';
  throw new PrefixesExhaustedError(
    supernets.map(({ prefix, length }) => `${prefix} by /${length}`).join(', '),
    `${names}${more}`,
  );
}

function firstPiece({ prefix, length }: Supernet, taken: readonly IpPrefix[]): IpPrefix | undefined {
  const { family, bits } = prefix.address;
  if (!Number.isInteger(length) || length < prefix.length || length > bits) {
    throw new InvalidPoolError(
      `${prefix} by /${length}`,
      'the pieces do not fit into it',
      `Choose a length from ${prefix.length} to ${bits}.`,
      'cut up',
    );
  }
  const size = 1n << BigInt(bits - length);
  const end = prefix.last.value;
  let candidate = prefix.first.value;
  const inTheWay = taken.filter((one) => prefix.overlaps(one)).sort((a, b) => a.first.compare(b.first));
  for (const { first, last } of inTheWay) {
    if (last.value < candidate) continue;
    if (first.value >= candidate + size) break;
    // The first boundary of a piece behind the taken prefix.
    candidate = (last.value / size + 1n) * size;
    if (candidate > end) return undefined;
  }
  return IpPrefix.of(IpAddress.of(family, candidate), length);
}
