import { formatPortSpec, parsePortSpec } from '@tsnet/core';
import type { Invocation } from '../invocation.ts';
import { withEngine } from '../session.ts';
import { endpointPortDocument, portText } from '../views/port-view.ts';

/** `tsnet port publish`: shows the host port also where tsnet chose it. */
export async function publishPort(invocation: Invocation, endpointId: string, text: string): Promise<void> {
  const spec = parsePortSpec(text);
  const endpoint = await withEngine(invocation, ({ engine }) => engine.publish(endpointId, [spec]));
  const port = endpoint.ports.at(-1) ?? spec;
  invocation.output.result(
    endpointPortDocument(endpoint, port),
    () => `published ${portText(endpoint, port)}`,
  );
}

/** `tsnet port unpublish` */
export async function unpublishPort(invocation: Invocation, endpointId: string, text: string): Promise<void> {
  const spec = parsePortSpec(text);
  const endpoint = await withEngine(invocation, ({ engine }) => engine.unpublish(endpointId, [spec]));
  invocation.output.result(
    endpointPortDocument(endpoint, spec),
    () => `unpublished ${formatPortSpec(spec)} of endpoint ${endpoint.id}`,
  );
}
