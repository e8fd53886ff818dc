import { IpAddress } from '@tsnet/inet';
import { type Change, carryOut } from '../carry-out.ts';
import { UsageError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseForeignOwner } from '../parse/owner.ts';

/** The options of `tsnet ipam release`, as they were typed. */
export interface ReleaseOptions {
  readonly owner: string;
  readonly all?: boolean;
}

/** `tsnet ipam release`: one address, or all that an owner holds in a pool or in all of them. */
export async function releaseLeases(
  invocation: Invocation,
  pool: string | undefined,
  ip: string | undefined,
  options: ReleaseOptions,
): Promise<void> {
  const owner = parseForeignOwner(options.owner);
  const { all = false } = options;
  if (all === (ip !== undefined)) {
    const reason = all ? 'an address and --all exclude each other' : 'it is not said what to release';
    const { command } = invocation;
    throw new UsageError(
      `"${command}"`,
      reason,
      `Name a pool and an address, or give --all. See: ${command} --help`,
    );
  }
  const address = ip === undefined ? undefined : `${IpAddress.parse(ip)}`;
  const release = (change: Change) =>
    pool === undefined || address === undefined
      ? change('releaseOwner', { owner, ...(pool === undefined ? {} : { pool }) })
      : change('release', { pool, address, owner });
  await carryOut(invocation, release, (released) => ({
    document: released,
    text: () =>
      released.length === 0
        ? printable(
            `nothing to release: ${ip === undefined ? `${owner} holds nothing` : `nobody holds ${ip}`}`,
          )
        : released.map(({ address, pool }) => printable(`released ${address} of ${pool}`)).join('\n'),
  }));
}
