import { listAll } from '../access/list-all.ts';
import { withApi } from '../access/with-api.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../output/table.ts';
import { networkHeading, networkRow } from '../views/network-view.ts';

/** `tsnet network ls` */
export async function listNetworks(invocation: Invocation): Promise<void> {
  const networks = await withApi(invocation, (api) => listAll(api, 'listNetworks'));
  invocation.output.result(networks, () =>
    networks.length === 0 ? 'no networks' : formatTable(networkHeading, networks.map(networkRow)),
  );
}
