import type { EndpointDocument } from '@tsnet/api';
import { formatNetnsRef, parseNetnsRef } from '@tsnet/netns/ref';
import { carryOut, type Report } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { addressesText } from '../views/endpoint-view.ts';

/** `tsnet network disconnect` */
export async function disconnectSandbox(
  invocation: Invocation,
  network: string,
  text: string,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const sandbox = formatNetnsRef(parseNetnsRef(text));
  const report = (endpoints: readonly EndpointDocument[]): Report => ({
    document: endpoints,
    text: () =>
      endpoints.length === 0
        ? `${text} is not connected to ${network}`
        : endpoints
            .map((endpoint) => {
              return `disconnected ${text} from ${endpoint.network} (${addressesText(endpoint)})`;
            })
            .join('\n'),
  });
  await carryOut(invocation, (change) => change('disconnectSandbox', { network, sandbox, force }), report);
}
