/**
 * The API of tsnet's daemon: its operations, the types of what they take and answer, and a client.
 *
 * ```ts
 * import { openClient } from '@tsnet/api';
 *
 * await using client = openClient();
 * await client.createNetwork({ name: 'web' });
 * const { addresses } = await client.connect({ network: 'web', sandbox: 'app', ports: ['8080:80'] });
 * for await (const { type, data } of client.events({ types: ['endpoint'] })) console.log(type, data);
 * ```
 *
 * @packageDocumentation
 */
export type { Api, Call, CallOptions } from './api.ts';
export {
  type Client,
  type ClientOptions,
  etagOf,
  openClient,
} from './client.ts';
export { defaultSocket } from './default-socket.ts';
export {
  AbortedError,
  ClientClosedError,
  RemoteError,
  ReportedError,
  UnexpectedAnswerError,
  UnreachableError,
} from './errors.ts';
export type { EventFilter } from './follow-events.ts';
export { statusOf } from './http-status.ts';
export { iterate, type ListInput, type ListItem, type ListName } from './iterate.ts';
export { makeApi } from './make-api.ts';
export { type OperationRoute, type OperationTag, operationTags, pathInputs } from './operation-route.ts';
export { type OperationName, operationNames, operations, type PlannedName, routeOf } from './operations.ts';
export { failureOf, problemMediaType, problemOf } from './problem.ts';
export { type HttpAnswer, readAnswer } from './read-answer.ts';
export { encodeRequest, type HttpRequest } from './request.ts';
export type { EndpointDocument, PlacedPortDocument, PortDocument } from './schemas/endpoints.ts';
export type { Event, EventType } from './schemas/events.ts';
export type { FindingDocument, SandboxDocument, StatusDocument, StepDocument } from './schemas/host.ts';
export type { Input, PlannedChange } from './schemas/inputs.ts';
export type { NetworkDocument } from './schemas/networks.ts';
export type { Output } from './schemas/outputs.ts';
export type {
  AddressDocument,
  FreeRangeDocument,
  HolderDocument,
  LeaseDocument,
  PoolDocument,
  PoolUsageDocument,
  ReservationDocument,
} from './schemas/pools.ts';
export type { FailureDocument, ProblemDocument } from './schemas/problem.ts';
export type { Place } from './transport.ts';
