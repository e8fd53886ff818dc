import { type Static, Type } from 'typebox';
import { Address, Id, Labels, orNull, PortText, SandboxRef, State, Time } from './values.ts';

const Protocol = Type.Enum(['tcp', 'udp']);

/** A published port as the API shows it. */
export const PortDocument = Type.Object(
  {
    spec: Type.String({ description: 'What publishes the same port again.' }),
    protocol: Protocol,
    hostAddress: orNull(Type.String({ description: 'Null: every address of the host.' })),
    hostPort: Type.Integer(),
    port: Type.Integer({ description: 'The first port of the sandbox.' }),
    count: Type.Integer({ description: 'How many ports in a row.' }),
  },
  { title: 'Port' },
);
export type PortDocument = Static<typeof PortDocument>;

/** A published port with the endpoint that it leads to. */
export const PlacedPortDocument = Type.Object(
  {
    ...PortDocument.properties,
    endpoint: Id,
    endpointName: orNull(Type.String()),
    sandbox: Type.String(),
    network: Type.String(),
    targets: Type.Array(Type.String(), { description: 'The addresses that it leads to.' }),
    reach: Type.Enum(['everywhere', 'address', 'host'], {
      description: 'Where it is reached: every address of the host, one, or from the host alone.',
    }),
    hostFirewallDecides: Type.Boolean(),
  },
  { title: 'PlacedPort' },
);
export type PlacedPortDocument = Static<typeof PlacedPortDocument>;

/** An endpoint as the API shows it. */
export const EndpointDocument = Type.Object(
  {
    id: Id,
    name: orNull(Type.String()),
    network: Type.String(),
    networkId: Id,
    state: State,
    sandbox: Type.String(),
    ifName: Type.String({ description: 'The link in the sandbox.' }),
    hostIfName: Type.String({ description: 'Its other end, on the host.' }),
    mac: Type.String(),
    addresses: Type.Array(
      Type.Object({
        address: Type.String(),
        prefixLength: Type.Integer(),
        gateway: Type.String(),
        pool: Type.String(),
      }),
    ),
    ports: Type.Array(PortDocument),
    labels: Labels,
    createdAt: Time,
  },
  { title: 'Endpoint' },
);
export type EndpointDocument = Static<typeof EndpointDocument>;

/** An endpoint as it is asked for. */
export const EndpointRequest = Type.Object(
  {
    network: Type.String({ minLength: 1, maxLength: 256, description: 'Name or id.' }),
    sandbox: SandboxRef,
    addresses: Type.Optional(
      Type.Array(Address, { maxItems: 2, description: 'At most one of a family; the next free otherwise.' }),
    ),
    mac: Type.Optional(Type.String({ maxLength: 64 })),
    ifName: Type.Optional(Type.String({ maxLength: 64 })),
    name: Type.Optional(Type.String({ maxLength: 256 })),
    ports: Type.Optional(Type.Array(PortText, { maxItems: 1000 })),
    labels: Type.Optional(Labels),
  },
  { additionalProperties: false },
);
