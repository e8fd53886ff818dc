import { IpAddress } from '@tsnet/inet';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { addressText } from '../views/address-view.ts';

/** `tsnet ipam who` */
export async function findHolderOf(invocation: Invocation, text: string): Promise<void> {
  const address = `${IpAddress.parse(text)}`;
  const found = await withApi(invocation, (api) => api.findHolder({ address }));
  invocation.output.result(found, () => addressText(found));
}
