import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { type EndpointOptions, parseEndpointSpec } from '../parse/endpoint-spec.ts';
import { connectionText } from '../views/endpoint-view.ts';

/** `tsnet network connect` */
export async function connectSandbox(
  invocation: Invocation,
  network: string,
  sandbox: string,
  options: EndpointOptions,
): Promise<void> {
  const input = parseEndpointSpec(network, sandbox, options);
  await carryOut(
    invocation,
    (change) => change('connect', input),
    (endpoint) => ({ document: endpoint, text: () => connectionText(endpoint) }),
  );
}
