import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { type CreateNetworkOptions, parseNetworkSpec } from '../parse/network-spec.ts';
import { creationText } from '../views/network-view.ts';

/** `tsnet network create` */
export async function createNetwork(
  invocation: Invocation,
  name: string,
  options: CreateNetworkOptions,
): Promise<void> {
  const input = parseNetworkSpec(name, options);
  await carryOut(
    invocation,
    (change) => change('createNetwork', input),
    (network) => ({ document: network, text: () => creationText(network) }),
  );
}
