/** How an operation goes over HTTP. Of its input, what stands in the path goes there, and the rest into the query or the body. */
export interface OperationRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Of the inputs, `{pool}` stands for the one of that name. */
  readonly path: string;
  readonly tag: OperationTag;
  readonly summary: string;
  /**
   * What answers it: `records`, the state alone; `host`, an engine, because it looks at the kernel or changes something.
   */
  readonly needs: 'records' | 'host';
  /** It makes something: an `Idempotency-Key` makes it once, however often it is sent. */
  readonly creates?: boolean;
  /** It changes something that has an `ETag`: `If-Match` makes it do so only while that is as it was seen. */
  readonly matches?: boolean;
  /** It can be part of a plan: see `plan`. */
  readonly plans?: boolean;
}

/** The kinds of things that operations are about. */
export type OperationTag = (typeof operationTags)[number];

/** The closed list behind {@link OperationTag}. */
export const operationTags = [
  'networks',
  'endpoints',
  'ports',
  'pools',
  'leases',
  'sandboxes',
  'plans',
  'status',
] as const;

/** Every operation of the API but for events: server, client and description come from this table. */
export const operations = {
  listNetworks: {
    method: 'GET',
    path: '/v1/networks',
    tag: 'networks',
    summary: 'Every network, by name',
    needs: 'records',
  },
  getNetwork: {
    method: 'GET',
    path: '/v1/networks/{network}',
    tag: 'networks',
    summary: 'One network, by name or id',
    needs: 'records',
  },
  createNetwork: {
    method: 'POST',
    path: '/v1/networks',
    tag: 'networks',
    summary: 'Create a network',
    needs: 'host',
    creates: true,
    plans: true,
  },
  deleteNetwork: {
    method: 'DELETE',
    path: '/v1/networks/{network}',
    tag: 'networks',
    summary: 'Delete a network; with `force` also its endpoints and what others lease of it',
    needs: 'host',
    matches: true,
    plans: true,
  },
  pruneNetworks: {
    method: 'POST',
    path: '/v1/networks/prune',
    tag: 'networks',
    summary: 'Delete every network without endpoints',
    needs: 'host',
    plans: true,
  },
  listEndpoints: {
    method: 'GET',
    path: '/v1/endpoints',
    tag: 'endpoints',
    summary: 'Every endpoint, or those of one network',
    needs: 'records',
  },
  getEndpoint: {
    method: 'GET',
    path: '/v1/endpoints/{endpoint}',
    tag: 'endpoints',
    summary: 'One endpoint, by id or network/name',
    needs: 'records',
  },
  connect: {
    method: 'POST',
    path: '/v1/endpoints',
    tag: 'endpoints',
    summary: 'Connect a sandbox to a network',
    needs: 'host',
    creates: true,
    plans: true,
  },
  disconnect: {
    method: 'DELETE',
    path: '/v1/endpoints/{endpoint}',
    tag: 'endpoints',
    summary: 'Disconnect an endpoint',
    needs: 'host',
    matches: true,
    plans: true,
  },
  disconnectSandbox: {
    method: 'DELETE',
    path: '/v1/networks/{network}/sandboxes/{sandbox}',
    tag: 'endpoints',
    summary: 'Disconnect a sandbox, living or gone, from a network',
    needs: 'host',
    plans: true,
  },
  listPorts: {
    method: 'GET',
    path: '/v1/ports',
    tag: 'ports',
    summary: 'Every published port',
    needs: 'records',
  },
  publish: {
    method: 'POST',
    path: '/v1/endpoints/{endpoint}/ports',
    tag: 'ports',
    summary: 'Publish ports of an endpoint',
    needs: 'host',
    creates: true,
    matches: true,
    plans: true,
  },
  unpublish: {
    method: 'DELETE',
    path: '/v1/endpoints/{endpoint}/ports/{port}',
    tag: 'ports',
    summary: 'Close a published port',
    needs: 'host',
    matches: true,
    plans: true,
  },
  listPools: {
    method: 'GET',
    path: '/v1/pools',
    tag: 'pools',
    summary: 'Every pool, with how full it is',
    needs: 'records',
  },
  getPool: {
    method: 'GET',
    path: '/v1/pools/{pool}',
    tag: 'pools',
    summary: 'One pool, with how full it is',
    needs: 'records',
  },
  createPool: {
    method: 'POST',
    path: '/v1/pools',
    tag: 'pools',
    summary: 'Create a pool that belongs to no network',
    needs: 'host',
    creates: true,
    plans: true,
  },
  deletePool: {
    method: 'DELETE',
    path: '/v1/pools/{pool}',
    tag: 'pools',
    summary: 'Delete a pool; with `force` also its leases and reservations',
    needs: 'host',
    plans: true,
  },
  listFreeRanges: {
    method: 'GET',
    path: '/v1/pools/{pool}/free-ranges',
    tag: 'pools',
    summary: 'What a pool has left',
    needs: 'records',
  },
  findHolder: {
    method: 'GET',
    path: '/v1/addresses/{address}',
    tag: 'leases',
    summary: 'What becomes of an address, and who holds it',
    needs: 'records',
  },
  listLeases: {
    method: 'GET',
    path: '/v1/leases',
    tag: 'leases',
    summary: 'Leases, of one pool or owner if asked for',
    needs: 'records',
  },
  lease: {
    method: 'POST',
    path: '/v1/leases',
    tag: 'leases',
    summary: 'Lease addresses of a pool',
    needs: 'host',
    creates: true,
    plans: true,
  },
  renew: {
    method: 'PATCH',
    path: '/v1/leases/{pool}/{address}',
    tag: 'leases',
    summary: 'Renew a lease',
    needs: 'host',
    plans: true,
  },
  release: {
    method: 'DELETE',
    path: '/v1/leases/{pool}/{address}',
    tag: 'leases',
    summary: 'Release an address',
    needs: 'host',
    plans: true,
  },
  releaseOwner: {
    method: 'DELETE',
    path: '/v1/leases',
    tag: 'leases',
    summary: 'Release all that an owner holds, in one pool or in all',
    needs: 'host',
    plans: true,
  },
  listReservations: {
    method: 'GET',
    path: '/v1/reservations',
    tag: 'leases',
    summary: 'Reservations, of one pool if asked for',
    needs: 'records',
  },
  reserve: {
    method: 'POST',
    path: '/v1/reservations',
    tag: 'leases',
    summary: 'Keep an address for an owner, or for nobody',
    needs: 'host',
    creates: true,
    plans: true,
  },
  unreserve: {
    method: 'DELETE',
    path: '/v1/reservations/{pool}/{address}',
    tag: 'leases',
    summary: 'Give a reservation up',
    needs: 'host',
    plans: true,
  },
  listSandboxes: {
    method: 'GET',
    path: '/v1/sandboxes',
    tag: 'sandboxes',
    summary: 'Every sandbox that has a name',
    needs: 'host',
  },
  createSandbox: {
    method: 'POST',
    path: '/v1/sandboxes',
    tag: 'sandboxes',
    summary: 'Make a sandbox with a name',
    needs: 'host',
    creates: true,
    plans: true,
  },
  deleteSandbox: {
    method: 'DELETE',
    path: '/v1/sandboxes/{sandbox}',
    tag: 'sandboxes',
    summary: 'Delete a sandbox that has a name, and its endpoints',
    needs: 'host',
    plans: true,
  },
  plan: {
    method: 'POST',
    path: '/v1/plans',
    tag: 'plans',
    summary: 'Find out what changes would do, one after another, and change nothing',
    needs: 'host',
  },
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    tag: 'status',
    summary: 'What is not as it should be, and what would put it right',
    needs: 'host',
  },
  reconcile: {
    method: 'POST',
    path: '/v1/repairs',
    tag: 'status',
    summary: 'Make the host what is on record',
    needs: 'host',
    plans: true,
  },
} as const satisfies Readonly<Record<string, OperationRoute>>;

/** The name of an operation. */
export type OperationName = keyof typeof operations;

/** Every name, in the order of the table. */
export const operationNames = Object.keys(operations) as readonly OperationName[];

/** The name of an operation that can be part of a plan. */
export type PlannedName = {
  [O in OperationName]: (typeof operations)[O] extends { readonly plans: true } ? O : never;
}[OperationName];

/** How an operation goes over HTTP. */
export function routeOf(name: OperationName): OperationRoute {
  return operations[name];
}

/** The inputs that stand in a path: `pool` and `address` of `/v1/leases/{pool}/{address}`. */
export function pathInputs(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
