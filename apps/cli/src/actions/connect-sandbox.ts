import { parseNetnsRef } from '@tsnet/netns';
import type { Invocation } from '../invocation.ts';
import { type EndpointOptions, parseEndpointSpec } from '../parse/endpoint-spec.ts';
import { withEngine } from '../session.ts';
import { connectionText, endpointDocument } from '../views/endpoint-view.ts';

/** `tsnet network connect` */
export async function connectSandbox(
  invocation: Invocation,
  network: string,
  sandbox: string,
  options: EndpointOptions,
): Promise<void> {
  const spec = parseEndpointSpec(network, parseNetnsRef(sandbox), options);
  const endpoint = await withEngine(invocation, ({ engine }) => engine.connect(spec));
  invocation.output.result(endpointDocument(endpoint), () => connectionText(endpoint));
}
