import { type Static, type TObject, Type } from 'typebox';
import { type OperationName, operationNames, type PlannedName, routeOf } from '../operations.ts';
import { EndpointRequest } from './endpoints.ts';
import { NetworkRequest } from './networks.ts';
import { Name, PoolRequest } from './pools.ts';
import { Address, Labels, PortText, SandboxRef } from './values.ts';

const strict = { additionalProperties: false } as const;
const none = Type.Object({}, strict);
const Thing = Type.String({ minLength: 1, maxLength: 512, description: 'Name or id.' });
const Force = Type.Optional(Type.Boolean({ description: 'Also what is in use, or half-done.' }));
const Holder = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 4_194_304,
    description:
      'A process: the sandbox goes with it, should it end without deleting it. While it lives, nobody else deletes it.',
  }),
);
const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'How many; 100 by default.' })),
  cursor: Type.Optional(Type.String({ maxLength: 1024, description: '`next` of the page before.' })),
};
const terms = {
  ttl: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 31_536_000_000_000, description: 'Milliseconds until it ends.' }),
  ),
};

/** What each operation takes, but for plans. */
const simpleInputs = {
  listNetworks: Type.Object(page, strict),
  getNetwork: Type.Object({ network: Thing }, strict),
  createNetwork: NetworkRequest,
  deleteNetwork: Type.Object({ network: Thing, force: Force }, strict),
  pruneNetworks: none,
  listEndpoints: Type.Object({ network: Type.Optional(Thing), ...page }, strict),
  getEndpoint: Type.Object({ endpoint: Thing }, strict),
  connect: EndpointRequest,
  disconnect: Type.Object({ endpoint: Thing, force: Force }, strict),
  disconnectSandbox: Type.Object({ network: Thing, sandbox: SandboxRef, force: Force }, strict),
  listPorts: Type.Object(page, strict),
  publish: Type.Object(
    { endpoint: Thing, ports: Type.Array(PortText, { minItems: 1, maxItems: 1000 }) },
    strict,
  ),
  unpublish: Type.Object({ endpoint: Thing, port: PortText }, strict),
  listPools: Type.Object(page, strict),
  getPool: Type.Object({ pool: Name }, strict),
  createPool: PoolRequest,
  deletePool: Type.Object({ pool: Name, force: Force }, strict),
  listFreeRanges: Type.Object({ pool: Name, after: Type.Optional(Address), limit: page.limit }, strict),
  findHolder: Type.Object({ address: Address }, strict),
  listLeases: Type.Object({ pool: Type.Optional(Name), owner: Type.Optional(Name), ...page }, strict),
  lease: Type.Object(
    {
      pool: Name,
      owner: Name,
      address: Type.Optional(Address),
      preferred: Type.Optional(Address),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_536 })),
      key: Type.Optional(Name),
      ...terms,
      labels: Type.Optional(Labels),
    },
    strict,
  ),
  renew: Type.Object({ pool: Name, address: Address, owner: Name, ...terms }, strict),
  release: Type.Object({ pool: Name, address: Address, owner: Name }, strict),
  releaseOwner: Type.Object({ owner: Name, pool: Type.Optional(Name) }, strict),
  listReservations: Type.Object({ pool: Type.Optional(Name), ...page }, strict),
  reserve: Type.Object(
    { pool: Name, address: Address, owner: Type.Optional(Name), labels: Type.Optional(Labels) },
    strict,
  ),
  unreserve: Type.Object({ pool: Name, address: Address }, strict),
  listSandboxes: none,
  createSandbox: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 256 }),
      holder: Holder,
    },
    strict,
  ),
  deleteSandbox: Type.Object({ sandbox: Thing, holder: Holder }, strict),
  getStatus: none,
  reconcile: Type.Object({ force: Force }, strict),
} as const satisfies Readonly<Record<Exclude<OperationName, 'plan'>, TObject>>;

/** A change that is part of a plan. */
export type PlannedChange = {
  [O in PlannedName]: { operation: O; input: Static<(typeof simpleInputs)[O]> };
}[PlannedName];

const plannedChanges = operationNames
  .filter((name): name is PlannedName => routeOf(name).plans === true)
  .map((name) =>
    Type.Object({ operation: Type.Literal(name), input: simpleInputs[name] as TObject }, strict),
  );

/** What each operation takes: its path, its query and its body in one object. */
export const inputs = {
  ...simpleInputs,
  plan: Type.Object(
    {
      changes: Type.Unsafe<PlannedChange[]>(
        Type.Array(Type.Union(plannedChanges), { minItems: 1, maxItems: 100 }),
      ),
    },
    strict,
  ),
} as const satisfies Readonly<Record<OperationName, TObject>>;

/** What an operation takes. */
export type Input<O extends OperationName> = Static<(typeof inputs)[O]>;
