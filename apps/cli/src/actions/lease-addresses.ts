import type { LeaseDocument } from '@tsnet/api';
import { IpAddress } from '@tsnet/inet';
import { mostLeasesAtOnce } from '@tsnet/ipam/most-leases';
import { carryOut } from '../carry-out.ts';
import { UsageError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseCount } from '../parse/count.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseLabels } from '../parse/label.ts';
import { parseForeignOwner } from '../parse/owner.ts';
import { leaseText } from '../views/lease-view.ts';

/** The options of `tsnet ipam lease`, as they were typed. */
export interface LeaseOptions {
  readonly owner: string;
  readonly ip?: string;
  readonly prefer?: string;
  readonly count?: string;
  readonly key?: string;
  readonly ttl?: string;
  readonly label?: readonly string[];
}

/** `tsnet ipam lease` */
export async function leaseAddresses(
  invocation: Invocation,
  pool: string,
  options: LeaseOptions,
): Promise<void> {
  const { ip, prefer, key } = options;
  refuseTogether(invocation, options);
  const count =
    options.count === undefined ? {} : { count: parseCount('--count', options.count, mostLeasesAtOnce) };
  const input = {
    pool,
    owner: parseForeignOwner(options.owner),
    ...(key === undefined ? {} : { key }),
    ...parseTtl(options.ttl),
    labels: parseLabels(options.label),
    ...(ip === undefined ? {} : { address: `${IpAddress.parse(ip)}` }),
    ...(prefer === undefined ? {} : { preferred: `${IpAddress.parse(prefer)}` }),
    ...count,
  };
  await carryOut(
    invocation,
    (change) => change('lease', input),
    (leases) => ({
      document: 'count' in count ? leases : leases[0],
      text: () => leases.map((lease) => doneText('leased', lease)).join('\n'),
    }),
  );
}

/** `tsnet ipam renew` */
export async function renewLease(
  invocation: Invocation,
  pool: string,
  ip: string,
  options: { readonly owner: string; readonly ttl?: string },
): Promise<void> {
  const address = `${IpAddress.parse(ip)}`;
  const owner = parseForeignOwner(options.owner);
  const ttl = parseTtl(options.ttl);
  await carryOut(
    invocation,
    (change) => change('renew', { pool, address, owner, ...ttl }),
    (lease) => ({ document: lease, text: () => doneText('renewed', lease) }),
  );
}

function parseTtl(text: string | undefined): { readonly ttl?: number } {
  return text === undefined ? {} : { ttl: parseDuration('--ttl', text) };
}

/** An address that is asked for is one, and asked for in one way. */
function refuseTogether({ command }: Invocation, { ip, prefer, count }: LeaseOptions): void {
  const given = Object.entries({ '--ip': ip, '--prefer': prefer, '--count': count });
  const [first, second] = given.flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (second === undefined) return;
  const reason = `${first} and ${second} exclude each other`;
  throw new UsageError(`"${command}"`, reason, `Give one of them. See: ${command} --help`);
}

function doneText(verb: string, lease: LeaseDocument): string {
  return printable(`${verb} ${lease.address} of ${lease.pool} for ${leaseText(lease)}`);
}
