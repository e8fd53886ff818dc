import { formatPortSpec, parsePortSpec } from '@tsnet/core';
import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { endpointPortDocument, portText } from '../views/port-view.ts';

/** `tsnet port publish`: shows the host port also where tsnet chose it. */
export async function publishPort(invocation: Invocation, endpointId: string, text: string): Promise<void> {
  const spec = parsePortSpec(text);
  await carryOut(
    invocation,
    ({ engine }) => engine.publish(endpointId, [spec]),
    (endpoint) => {
      const port = endpoint.ports.at(-1) ?? spec;
      const text = () => `published ${portText(endpoint, port)}`;
      return { document: endpointPortDocument(endpoint, port), text };
    },
  );
}

/** `tsnet port unpublish` */
export async function unpublishPort(invocation: Invocation, endpointId: string, text: string): Promise<void> {
  const spec = parsePortSpec(text);
  await carryOut(
    invocation,
    ({ engine }) => engine.unpublish(endpointId, [spec]),
    (endpoint) => ({
      document: endpointPortDocument(endpoint, spec),
      text: () => `unpublished ${formatPortSpec(spec)} of endpoint ${endpoint.id}`,
    }),
  );
}
