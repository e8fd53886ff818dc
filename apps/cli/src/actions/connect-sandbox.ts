import { parseNetnsRef } from '@tsnet/netns';
import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { type EndpointOptions, parseEndpointSpec } from '../parse/endpoint-spec.ts';
import { connectionText, endpointDocument } from '../views/endpoint-view.ts';

/** `tsnet network connect` */
export async function connectSandbox(
  invocation: Invocation,
  network: string,
  sandbox: string,
  options: EndpointOptions,
): Promise<void> {
  const spec = parseEndpointSpec(network, parseNetnsRef(sandbox), options);
  await carryOut(
    invocation,
    ({ engine }) => engine.connect(spec),
    (endpoint) => ({ document: endpointDocument(endpoint), text: () => connectionText(endpoint) }),
  );
}
