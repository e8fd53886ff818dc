import type { Invocation } from '../invocation.ts';
import { type CreateNetworkOptions, parseNetworkSpec } from '../parse/network-spec.ts';
import { withEngine } from '../session.ts';
import { creationText, networkDocument } from '../views/network-view.ts';

/** `tsnet network create` */
export async function createNetwork(
  invocation: Invocation,
  name: string,
  options: CreateNetworkOptions,
): Promise<void> {
  const spec = parseNetworkSpec(name, options);
  const network = await withEngine(invocation, ({ engine }) => engine.createNetwork(spec), {
    createStore: true,
  });
  invocation.output.result(networkDocument(network), () => creationText(network));
}
