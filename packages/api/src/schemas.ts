/**
 * The schemas of the API, in TypeBox: JSON Schema that is also a type.
 *
 * @packageDocumentation
 */
export {
  EndpointDocument,
  EndpointRequest,
  PlacedPortDocument,
  PortDocument,
} from './schemas/endpoints.ts';
export { EventDocument, eventTypes } from './schemas/events.ts';
export { FindingDocument, SandboxDocument, StatusDocument, StepDocument } from './schemas/host.ts';
export { type Input, inputs, type PlannedChange } from './schemas/inputs.ts';
export { NetworkDocument, NetworkRequest } from './schemas/networks.ts';
export { type Output, outputs } from './schemas/outputs.ts';
export {
  AddressDocument,
  FreeRangeDocument,
  HolderDocument,
  LeaseDocument,
  PoolDocument,
  PoolRequest,
  PoolUsageDocument,
  ReservationDocument,
} from './schemas/pools.ts';
export { FailureDocument, ProblemDocument } from './schemas/problem.ts';
