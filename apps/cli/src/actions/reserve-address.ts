import { IpAddress } from '@tsnet/inet';
import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseLabels } from '../parse/label.ts';
import { parseForeignOwner } from '../parse/owner.ts';
import { reservationText } from '../views/lease-view.ts';

/** The options of `tsnet ipam reserve`, as they were typed. */
export interface ReserveOptions {
  readonly owner?: string;
  readonly label?: readonly string[];
}

/** `tsnet ipam reserve` */
export async function reserveAddress(
  invocation: Invocation,
  pool: string,
  ip: string,
  options: ReserveOptions,
): Promise<void> {
  const address = `${IpAddress.parse(ip)}`;
  const owner = options.owner === undefined ? {} : { owner: parseForeignOwner(options.owner) };
  const labels = parseLabels(options.label);
  await carryOut(
    invocation,
    (change) => change('reserve', { pool, address, ...owner, labels }),
    (reservation) => ({
      document: reservation,
      text: () => printable(`reserved ${address} of ${pool} ${reservationText(reservation)}`),
    }),
  );
}

/** `tsnet ipam unreserve` */
export async function unreserveAddress(invocation: Invocation, pool: string, ip: string): Promise<void> {
  const address = `${IpAddress.parse(ip)}`;
  await carryOut(
    invocation,
    (change) => change('unreserve', { pool, address }),
    (unreserved) => ({
      document: unreserved,
      text: () =>
        unreserved.length > 0
          ? printable(`unreserved ${address} of ${pool}`)
          : `nothing to unreserve: ${address} is not reserved`,
    }),
  );
}
