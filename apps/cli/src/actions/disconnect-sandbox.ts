import { parseNetnsRef } from '@tsnet/netns';
import type { Invocation } from '../invocation.ts';
import { withEngine } from '../session.ts';
import { addressesText, endpointDocument } from '../views/endpoint-view.ts';

/** `tsnet network disconnect` */
export async function disconnectSandbox(
  invocation: Invocation,
  network: string,
  sandbox: string,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const ref = parseNetnsRef(sandbox);
  const endpoints = await withEngine(invocation, ({ engine }) =>
    engine.disconnectSandbox(network, ref, { force }),
  );
  invocation.output.result(endpoints.map(endpointDocument), () =>
    endpoints.length === 0
      ? `${sandbox} is not connected to ${network}`
      : endpoints
          .map(
            (endpoint) => `disconnected ${sandbox} from ${endpoint.networkName} (${addressesText(endpoint)})`,
          )
          .join('\n'),
  );
}
