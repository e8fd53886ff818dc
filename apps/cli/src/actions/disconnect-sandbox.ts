import type { Endpoint } from '@tsnet/core';
import { parseNetnsRef } from '@tsnet/netns';
import { carryOut, type Report } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { addressesText, endpointDocument } from '../views/endpoint-view.ts';

/** `tsnet network disconnect` */
export async function disconnectSandbox(
  invocation: Invocation,
  network: string,
  sandbox: string,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const ref = parseNetnsRef(sandbox);
  const report = (endpoints: readonly Endpoint[]): Report => ({
    document: endpoints.map(endpointDocument),
    text: () =>
      endpoints.length === 0
        ? `${sandbox} is not connected to ${network}`
        : endpoints
            .map((endpoint) => {
              return `disconnected ${sandbox} from ${endpoint.networkName} (${addressesText(endpoint)})`;
            })
            .join('\n'),
  });
  await carryOut(invocation, ({ engine }) => engine.disconnectSandbox(network, ref, { force }), report);
}
