import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { type CreateNetworkOptions, parseNetworkSpec } from '../parse/network-spec.ts';
import { creationText, networkDocument } from '../views/network-view.ts';

/** `tsnet network create` */
export async function createNetwork(
  invocation: Invocation,
  name: string,
  options: CreateNetworkOptions,
): Promise<void> {
  const spec = parseNetworkSpec(name, options);
  await carryOut(
    invocation,
    ({ engine }) => engine.createNetwork(spec),
    (network) => ({ document: networkDocument(network), text: () => creationText(network) }),
    { createStore: true },
  );
}
