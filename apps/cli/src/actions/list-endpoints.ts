import { listAll } from '../access/list-all.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { byAge, endpointHeading, endpointRow, endpointText } from '../views/endpoint-view.ts';

/** `tsnet endpoint ls` */
export async function listEndpoints(invocation: Invocation): Promise<void> {
  const found = await withApi(invocation, (api) => listAll(api, 'listEndpoints'));
  const endpoints = found.toSorted(byAge);
  invocation.output.result(endpoints, () =>
    endpoints.length === 0 ? 'no endpoints' : formatTable(endpointHeading, endpoints.map(endpointRow)),
  );
}

/** `tsnet endpoint inspect` */
export async function inspectEndpoint(invocation: Invocation, id: string): Promise<void> {
  const endpoint = await withApi(invocation, (api) => api.getEndpoint({ endpoint: id }));
  invocation.output.result(endpoint, () => endpointText(endpoint));
}
