import { type Static, type TSchema, Type } from 'typebox';
import type { OperationName } from '../operations.ts';
import { EndpointDocument, PlacedPortDocument } from './endpoints.ts';
import { SandboxDocument, StatusDocument, StepDocument } from './host.ts';
import { NetworkDocument } from './networks.ts';
import {
  AddressDocument,
  FreeRangeDocument,
  LeaseDocument,
  PoolDocument,
  PoolUsageDocument,
  ReservationDocument,
} from './pools.ts';
import { FailureDocument } from './problem.ts';
import { orNull, pageOf } from './values.ts';

const Outcome = Type.Object({
  subject: Type.String(),
  problem: Type.String(),
  failure: orNull(FailureDocument),
});
const Place = Type.Object({ address: Type.String(), pool: Type.String(), owner: Type.String() });

/** What each operation answers with. */
export const outputs = {
  listNetworks: pageOf(NetworkDocument),
  getNetwork: NetworkDocument,
  createNetwork: NetworkDocument,
  deleteNetwork: NetworkDocument,
  pruneNetworks: Type.Array(NetworkDocument),
  listEndpoints: pageOf(EndpointDocument),
  getEndpoint: EndpointDocument,
  connect: EndpointDocument,
  disconnect: EndpointDocument,
  disconnectSandbox: Type.Array(EndpointDocument),
  listPorts: pageOf(PlacedPortDocument),
  publish: EndpointDocument,
  unpublish: EndpointDocument,
  listPools: pageOf(PoolUsageDocument),
  getPool: PoolUsageDocument,
  createPool: PoolDocument,
  deletePool: PoolDocument,
  listFreeRanges: pageOf(FreeRangeDocument),
  findHolder: AddressDocument,
  listLeases: pageOf(LeaseDocument),
  lease: Type.Array(LeaseDocument),
  renew: LeaseDocument,
  release: Type.Array(Place, { description: 'The address, if the owner held it.' }),
  releaseOwner: Type.Array(Place),
  listReservations: pageOf(ReservationDocument),
  reserve: ReservationDocument,
  unreserve: Type.Array(Type.Object({ address: Type.String(), pool: Type.String() }), {
    description: 'The address, if it was reserved.',
  }),
  listSandboxes: Type.Array(SandboxDocument),
  createSandbox: Type.Object({ name: Type.String(), path: Type.String() }),
  deleteSandbox: Type.Object({
    name: Type.String(),
    existed: Type.Boolean(),
    endpoints: Type.Array(EndpointDocument),
  }),
  plan: Type.Object({
    steps: Type.Array(StepDocument),
    results: Type.Array(Type.Unknown(), { description: 'What each change would answer with.' }),
  }),
  getStatus: StatusDocument,
  reconcile: Type.Array(Outcome),
} as const satisfies Readonly<Record<OperationName, TSchema>>;

/** What an operation answers with. */
export type Output<O extends OperationName> = Static<(typeof outputs)[O]>;
