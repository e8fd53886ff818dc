import { IpAddress } from '@tsnet/inet';
import { type Lease, mostLeasesAtOnce } from '@tsnet/ipam';
import { carryOutOnPools } from '../carry-out.ts';
import { UsageError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseCount } from '../parse/count.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseLabels } from '../parse/label.ts';
import { parseForeignOwner } from '../parse/owner.ts';
import { leaseDocument, leaseText } from '../views/lease-view.ts';

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
  poolId: string,
  options: LeaseOptions,
): Promise<void> {
  const { ip, prefer, key } = options;
  refuseTogether(invocation, options);
  const count =
    options.count === undefined ? undefined : parseCount('--count', options.count, mostLeasesAtOnce);
  const terms = {
    owner: parseForeignOwner(options.owner),
    key,
    ttl: parseTtl(options.ttl),
    labels: parseLabels(options.label),
  };
  const address = ip === undefined ? undefined : IpAddress.parse(ip);
  const preferred = prefer === undefined ? undefined : IpAddress.parse(prefer);
  if (count === undefined) {
    await carryOutOnPools(
      invocation,
      ({ ipam }) => ipam.lease(poolId, { ...terms, address, preferred }),
      (lease) => ({ document: leaseDocument(lease), text: () => doneText('leased', lease) }),
    );
  } else {
    await carryOutOnPools(
      invocation,
      ({ ipam }) => ipam.leaseMany(poolId, { ...terms, count }),
      (leases) => ({
        document: leases.map((lease) => leaseDocument(lease)),
        text: () => leases.map((lease) => doneText('leased', lease)).join('\n'),
      }),
    );
  }
}

/** `tsnet ipam renew` */
export async function renewLease(
  invocation: Invocation,
  poolId: string,
  ip: string,
  options: { readonly owner: string; readonly ttl?: string },
): Promise<void> {
  const address = IpAddress.parse(ip);
  const owner = parseForeignOwner(options.owner);
  const ttl = parseTtl(options.ttl);
  await carryOutOnPools(
    invocation,
    ({ ipam }) => ipam.renew(poolId, address, { owner, ttl }),
    (lease) => ({ document: leaseDocument(lease), text: () => doneText('renewed', lease) }),
  );
}

function parseTtl(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration('--ttl', text);
}

/** An address that is asked for is one, and asked for in one way. */
function refuseTogether({ command }: Invocation, { ip, prefer, count }: LeaseOptions): void {
  const given = Object.entries({ '--ip': ip, '--prefer': prefer, '--count': count });
  const [first, second] = given.flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (second === undefined) return;
  const reason = `${first} and ${second} exclude each other`;
  throw new UsageError(`"${command}"`, reason, `Give one of them. See: ${command} --help`);
}

function doneText(verb: string, lease: Lease): string {
  return printable(`${verb} ${lease.address} of ${lease.poolId} for ${leaseText(lease)}`);
}
