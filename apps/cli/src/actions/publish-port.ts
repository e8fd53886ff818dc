import { formatPortSpec, parsePortSpec } from '@tsnet/core/port';
import { portDocument } from '@tsnet/service/port-document';
import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { endpointPortDocument, portText } from '../views/port-view.ts';

/** `tsnet port publish`: shows the host port also where tsnet chose it. */
export async function publishPort(invocation: Invocation, endpoint: string, text: string): Promise<void> {
  const spec = parsePortSpec(text);
  await carryOut(
    invocation,
    (change) => change('publish', { endpoint, ports: [formatPortSpec(spec)] }),
    (published) => {
      const port = published.ports.at(-1) ?? portDocument(spec);
      const text = () => `published ${portText(published, port)}`;
      return { document: endpointPortDocument(published, port), text };
    },
  );
}

/** `tsnet port unpublish` */
export async function unpublishPort(invocation: Invocation, endpoint: string, text: string): Promise<void> {
  const spec = parsePortSpec(text);
  const port = formatPortSpec(spec);
  await carryOut(
    invocation,
    (change) => change('unpublish', { endpoint, port }),
    (unpublished) => ({
      document: endpointPortDocument(unpublished, portDocument(spec)),
      text: () => `unpublished ${port} of endpoint ${unpublished.id}`,
    }),
  );
}
