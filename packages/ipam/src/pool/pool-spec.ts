import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { InvalidPoolError } from '../errors.ts';
import { isDuration } from '../time.ts';
import { isHostPrefix, leasableOffsets, type Pool, type PoolSpec, withCapacity } from './pool.ts';

/**
 * The pool that a spec asks for.
 *
 * @throws InvalidPoolError that says what is wrong with the spec.
 */
export function poolFromSpec(spec: PoolSpec): Pool {
  const { id, prefix, range = prefix?.range, hostPool = false, labels = {} } = spec;
  const { gateway, group, carvedFrom, order = 'round-robin', reuseDelay = 0 } = spec;
  const subject = `${id} with ${prefix}`;
  checkId('create pool', 'pool id', id);
  checkTypes(subject, spec);
  if (group !== undefined) checkId('create pool', 'group', group);
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
  if (carvedFrom) checkInside(subject, 'prefix', prefix.range, carvedFrom.prefix.range);
  if (gateway) checkGateway(subject, gateway, prefix);
  checkChoice(subject, order, reuseDelay);
  checkLabels('create pool', labels);
  const exclude = exclusionsOf(subject, spec);
  const pool = withCapacity({
    id,
    prefix,
    range,
    exclude,
    gateway,
    hostPool,
    order,
    reuseDelay,
    group,
    carvedFrom,
    labels: { ...labels },
  });
  if (pool.capacity === 0n) {
    throw new InvalidPoolError(subject, 'no leasable address is left', 'Widen the range or exclude less.');
  }
  return pool;
}

/** Refuses text where a value is wanted: it is to be parsed where it comes in. */
function checkTypes(subject: string, { prefix, range, gateway, exclude = [] }: PoolSpec): void {
  const hint = 'Parse it with IpPrefix, IpRange or IpAddress, of the @tsnet/inet that @tsnet/ipam uses.';
  if (!(prefix instanceof IpPrefix)) throw new InvalidPoolError(subject, 'its prefix is no IpPrefix', hint);
  if (range !== undefined && !(range instanceof IpRange)) {
    throw new InvalidPoolError(subject, 'its range is no IpRange', hint);
  }
  if (gateway !== undefined && !(gateway instanceof IpAddress)) {
    throw new InvalidPoolError(subject, 'its gateway is no IpAddress', hint);
  }
  const blocks = [IpAddress, IpRange, IpPrefix];
  if (!Array.isArray(exclude) || !exclude.every((block) => blocks.some((type) => block instanceof type))) {
    throw new InvalidPoolError(
      subject,
      'its exclusions are not a list of addresses, ranges and prefixes',
      hint,
    );
  }
}

function exclusionsOf(subject: string, { prefix, exclude = [] }: PoolSpec): readonly IpRange[] {
  const sorted = exclude.map(rangeOf).sort((a, b) => a.first.compare(b.first));
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
  return sorted;
}

function rangeOf(block: IpAddress | IpRange | IpPrefix): IpRange {
  if (block instanceof IpAddress) return IpRange.of(block, block);
  return block instanceof IpPrefix ? block.range : block;
}

function checkGateway(subject: string, gateway: IpAddress, prefix: IpPrefix): void {
  checkInside(subject, 'gateway', IpRange.of(gateway, gateway), prefix.range);
  const offset = prefix.offsetOf(gateway);
  const [lowest, highest] = leasableOffsets(prefix);
  if (offset >= lowest && offset <= highest) return;
  throw new InvalidPoolError(
    subject,
    `gateway ${gateway} is reserved by the rules of its family`,
    `Choose an address from ${prefix.at(lowest)} to ${prefix.at(highest)}.`,
  );
}

function checkChoice(subject: string, order: string, reuseDelay: number): void {
  if (order !== 'round-robin' && order !== 'lowest-first') {
    throw new InvalidPoolError(
      subject,
      `there is no order ${JSON.stringify(order)}`,
      'Choose round-robin or lowest-first.',
    );
  }
  if (isDuration(reuseDelay)) return;
  throw new InvalidPoolError(
    subject,
    `reuse delay ${reuseDelay} is not a number of milliseconds`,
    'Choose an integer from 0 to a thousand years.',
  );
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

/** The most that labels may hold in all, in characters: they are rewritten with their record. */
const MOST_LABELS = 262_144;

/**
 * Refuses labels that are not all texts, or too much.
 *
 * @throws InvalidPoolError
 */
export function checkLabels(operation: string, labels: Readonly<Record<string, string>>): void {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw new InvalidPoolError('labels', 'they are no object', 'Give names and values as text.', operation);
  }
  let size = 0;
  for (const [name, value] of Object.entries(labels)) {
    if (typeof value !== 'string' || !value.isWellFormed() || !name.isWellFormed()) {
      const subject = `label ${JSON.stringify(name)}`;
      throw new InvalidPoolError(
        subject,
        'its value is no text',
        'Give names and values as text.',
        operation,
      );
    }
    size += name.length + value.length;
  }
  if (size <= MOST_LABELS) return;
  const hint = `Keep them to ${MOST_LABELS} characters in all, and more in a record of your own.`;
  throw new InvalidPoolError('labels', `they have ${size} characters`, hint, operation);
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
