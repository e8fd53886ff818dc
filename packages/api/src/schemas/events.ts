import { type Static, Type } from 'typebox';
import { EndpointDocument } from './endpoints.ts';
import { NetworkDocument } from './networks.ts';
import { LeaseDocument, PoolDocument, ReservationDocument } from './pools.ts';
import { FailureDocument } from './problem.ts';
import { Id, orNull } from './values.ts';

const finding = {
  subject: Type.String(),
  problem: Type.String(),
  network: orNull(Type.String({ description: 'The network that it belongs to, where that can be told.' })),
};

/** What each kind of event tells. */
const data = {
  'network.creating': NetworkDocument,
  'network.ready': NetworkDocument,
  'network.deleting': NetworkDocument,
  'network.deleted': Type.Object({ id: Id }),
  'endpoint.creating': EndpointDocument,
  'endpoint.ready': EndpointDocument,
  'endpoint.deleting': EndpointDocument,
  'endpoint.deleted': Type.Object({ id: Id }),
  'port.published': Type.Object({ endpoint: Id, network: Type.String(), ports: Type.Array(Type.String()) }),
  'port.unpublished': Type.Object({ endpoint: Id, network: Type.String(), ports: Type.Array(Type.String()) }),
  'pool.changed': PoolDocument,
  'pool.deleted': Type.Object({ id: Type.String() }),
  'lease.held': LeaseDocument,
  'lease.released': Type.Object({ pool: Type.String(), address: Type.String(), owner: Type.String() }),
  'reservation.made': ReservationDocument,
  'reservation.ended': Type.Object({ pool: Type.String(), address: Type.String() }),
  'drift.found': Type.Object(finding),
  'drift.repaired': Type.Object(finding),
  'drift.failed': Type.Object({ ...finding, failure: FailureDocument }),
} as const;

/** The name of a kind of event. */
export type EventType = keyof typeof data;

/** Every kind of event. */
export const eventTypes = Object.keys(data) as readonly EventType[];

/** Something that has happened. */
export const EventDocument = Type.Unsafe<Event>(
  Type.Union(
    eventTypes.map((type) =>
      Type.Object({
        id: Type.String({ description: 'What to resume behind, as `Last-Event-ID`.' }),
        type: Type.Literal(type),
        data: data[type],
      }),
    ),
    { title: 'Event' },
  ),
);

/** Something that has happened. */
export type Event = {
  [T in EventType]: {
    /** What to resume behind. */
    readonly id: string;
    readonly type: T;
    readonly data: Static<(typeof data)[T]>;
  };
}[EventType];
