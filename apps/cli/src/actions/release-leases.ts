import { IpAddress } from '@tsnet/inet';
import { carryOutOnPools } from '../carry-out.ts';
import { UsageError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseForeignOwner } from '../parse/owner.ts';
import type { IpamSession } from '../session.ts';

/** The options of `tsnet ipam release`, as they were typed. */
export interface ReleaseOptions {
  readonly owner: string;
  readonly all?: boolean;
}

/** `tsnet ipam release`: one address, or all that an owner holds in a pool or in all of them. */
export async function releaseLeases(
  invocation: Invocation,
  poolId: string | undefined,
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
  const address = ip === undefined ? undefined : IpAddress.parse(ip);
  const release = async ({ ipam }: IpamSession) => {
    if (poolId === undefined || address === undefined) {
      if (poolId !== undefined) await ipam.getPool(poolId);
      return ipam.releaseOwner(owner, poolId);
    }
    return (await ipam.release(poolId, address, owner)) ? [{ poolId, address }] : [];
  };
  await carryOutOnPools(invocation, release, (released) => ({
    document: released.map((lease) => ({ address: `${lease.address}`, pool: lease.poolId, owner })),
    text: () =>
      released.length === 0
        ? printable(
            `nothing to release: ${ip === undefined ? `${owner} holds nothing` : `nobody holds ${ip}`}`,
          )
        : released.map((lease) => printable(`released ${lease.address} of ${lease.poolId}`)).join('\n'),
  }));
}
