import { IpAddress } from '@tsnet/inet';
import { AddressInNoPoolError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { withIpam } from '../session.ts';
import { addressDocument, addressText } from '../views/address-view.ts';
import { indexEndpoints } from '../views/lease-view.ts';

/** `tsnet ipam who` */
export async function findHolderOf(invocation: Invocation, text: string): Promise<void> {
  const address = IpAddress.parse(text);
  const { holder, endpoints } = await withIpam(invocation, async ({ ipam, inventory }) => ({
    holder: await ipam.findHolder(address),
    endpoints: indexEndpoints(await inventory.listEndpoints()),
  }));
  if (holder === undefined) throw new AddressInNoPoolError(address);
  invocation.output.result(addressDocument(address, holder, endpoints), () =>
    addressText(address, holder, endpoints),
  );
}
