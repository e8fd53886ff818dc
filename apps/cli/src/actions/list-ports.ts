import type { EndpointDocument, PlacedPortDocument } from '@tsnet/api';
import { listAll } from '../access/list-all.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { byAge } from '../views/endpoint-view.ts';
import { portHeading, portRow } from '../views/port-list-view.ts';

/** `tsnet port ls` */
export async function listPorts(invocation: Invocation): Promise<void> {
  const { ports, endpoints } = await withApi(invocation, async (api) => ({
    ports: await listAll(api, 'listPorts'),
    endpoints: await listAll(api, 'listEndpoints'),
  }));
  const ordered = inOrderOf(endpoints.toSorted(byAge), ports);
  invocation.output.result(ordered, () =>
    ordered.length === 0 ? 'no published ports' : formatTable(portHeading, ordered.map(portRow)),
  );
}

/** The ports of each endpoint stay in their order. */
function inOrderOf(endpoints: readonly EndpointDocument[], ports: readonly PlacedPortDocument[]) {
  const places = new Map(endpoints.map(({ id }, index) => [id, index]));
  const placeOf = ({ endpoint }: PlacedPortDocument) => places.get(endpoint) ?? endpoints.length;
  return ports.toSorted((a, b) => placeOf(a) - placeOf(b));
}
