import { IpAddress } from '@tsnet/inet';
import { carryOutOnPools } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseLabels } from '../parse/label.ts';
import { parseForeignOwner } from '../parse/owner.ts';
import { reservationDocument, reservationText } from '../views/lease-view.ts';

/** The options of `tsnet ipam reserve`, as they were typed. */
export interface ReserveOptions {
  readonly owner?: string;
  readonly label?: readonly string[];
}

/** `tsnet ipam reserve` */
export async function reserveAddress(
  invocation: Invocation,
  poolId: string,
  ip: string,
  options: ReserveOptions,
): Promise<void> {
  const address = IpAddress.parse(ip);
  const owner = options.owner === undefined ? undefined : parseForeignOwner(options.owner);
  const labels = parseLabels(options.label);
  await carryOutOnPools(
    invocation,
    ({ ipam }) => ipam.reserve(poolId, { address, owner, labels }),
    (reservation) => ({
      document: reservationDocument(reservation),
      text: () => printable(`reserved ${address} of ${poolId} ${reservationText(reservation)}`),
    }),
  );
}

/** `tsnet ipam unreserve` */
export async function unreserveAddress(invocation: Invocation, poolId: string, ip: string): Promise<void> {
  const address = IpAddress.parse(ip);
  await carryOutOnPools(
    invocation,
    ({ ipam }) => ipam.unreserve(poolId, address),
    (wasReserved) => ({
      document: wasReserved ? [{ address: `${address}`, pool: poolId }] : [],
      text: () =>
        wasReserved
          ? printable(`unreserved ${address} of ${poolId}`)
          : `nothing to unreserve: ${address} is not reserved`,
    }),
  );
}
