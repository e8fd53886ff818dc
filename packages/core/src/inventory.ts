import { type Store, type Transaction, transact } from '@tsnet/ipam';
import type { Endpoint } from './model/endpoint.ts';
import type { Network } from './model/network.ts';
import { type PoolReport, reportPools } from './operations/pool-report.ts';
import {
  type EndpointPage,
  getEndpoint,
  getEndpoints,
  listEndpoints,
  listNetworks,
  pageEndpoints,
} from './operations/queries.ts';
import { getNetwork } from './records/network-record.ts';

/**
 * What a store says there is: networks, endpoints, pools. It reads only, and needs neither privilege nor
 * the kernel. The store stays its opener's to close.
 */
export class Inventory {
  readonly #store: Store;
  readonly #now: () => number;

  /** @param now the clock, in milliseconds since 1970. */
  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Every network, by name. */
  listNetworks(): Promise<readonly Network[]> {
    return this.#read(listNetworks);
  }

  /** One network by name or id. @throws {@link NetworkNotFoundError} */
  getNetwork(nameOrId: string): Promise<Network> {
    return this.#read((tx) => getNetwork(tx, 'find network', nameOrId));
  }

  /** Every endpoint, or those of one network; the oldest first. */
  listEndpoints(network?: string): Promise<readonly Endpoint[]> {
    return this.#read(async (tx) => {
      const id = network === undefined ? undefined : (await getNetwork(tx, 'list endpoints of', network)).id;
      return listEndpoints(tx, id);
    });
  }

  /** Some of the endpoints, by id: those behind one, of one network if asked for. */
  pageEndpoints(page: EndpointPage): Promise<readonly Endpoint[]> {
    return this.#read((tx) => pageEndpoints(tx, page));
  }

  /** Those endpoints with these ids that there are. */
  findEndpoints(ids: readonly string[]): Promise<readonly Endpoint[]> {
    return this.#read((tx) => getEndpoints(tx, ids));
  }

  /** One endpoint by id or `network/name`. @throws {@link EndpointNotFoundError} */
  getEndpoint(endpoint: string): Promise<Endpoint> {
    return this.#read((tx) => getEndpoint(tx, 'find endpoint', endpoint));
  }

  /** Every pool with its leases, but for those that have ended. */
  reportPools(): Promise<readonly PoolReport[]> {
    return this.#read((tx) => reportPools(tx, this.#now()));
  }

  #read<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return transact(this.#store, body, { readOnly: true });
  }
}
