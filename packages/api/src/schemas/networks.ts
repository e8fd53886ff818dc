import { type Static, Type } from 'typebox';
import { Address, Id, Labels, orNull, Prefix, Range, State, Time } from './values.ts';

/** Who lets a network through firewalls of others. */
const Firewall = Type.Enum(['auto', 'nftables', 'iptables'], {
  description: 'How the network passes firewalls of others that drop forwarded packets.',
});

/** A network as the API shows it. */
export const NetworkDocument = Type.Object(
  {
    id: Id,
    name: Type.String(),
    driver: Type.String(),
    state: State,
    subnets: Type.Array(
      Type.Object({
        prefix: Type.String(),
        gateway: Type.String(),
        pool: Type.String({ description: 'The pool that its addresses come from.' }),
      }),
    ),
    internal: Type.Boolean({ description: 'No way in or out.' }),
    isolated: Type.Boolean({ description: 'Sandboxes cannot reach each other.' }),
    masquerade: Type.Boolean({ description: 'What leaves takes the address of the host.' }),
    respectHostFirewall: Type.Boolean({
      description: 'The firewall of the host decides who reaches published ports.',
    }),
    firewall: Firewall,
    mtu: orNull(Type.Integer({ description: 'Bytes; null follows the way out of the host.' })),
    ifName: Type.String({ description: 'The bridge on the host.' }),
    labels: Labels,
    createdAt: Time,
  },
  { title: 'Network' },
);
export type NetworkDocument = Static<typeof NetworkDocument>;

/** A network as it is asked for. */
export const NetworkRequest = Type.Object(
  {
    name: Type.String({ maxLength: 256, description: 'Unique on the host.', examples: ['web'] }),
    driver: Type.Optional(Type.String({ maxLength: 64 })),
    subnets: Type.Optional(
      Type.Array(
        Type.Object(
          {
            prefix: Prefix,
            gateway: Type.Optional(Address),
            range: Type.Optional(Range),
            exclude: Type.Optional(Type.Array(Range, { maxItems: 1000 })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 64, description: 'A free IPv4 prefix is chosen where there are none.' },
      ),
    ),
    internal: Type.Optional(Type.Boolean()),
    isolated: Type.Optional(Type.Boolean()),
    masquerade: Type.Optional(Type.Boolean()),
    respectHostFirewall: Type.Optional(Type.Boolean()),
    firewall: Type.Optional(Firewall),
    mtu: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999 })),
    ifName: Type.Optional(Type.String({ maxLength: 64 })),
    labels: Type.Optional(Labels),
  },
  { additionalProperties: false },
);
