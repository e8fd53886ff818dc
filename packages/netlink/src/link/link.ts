import type { MacAddress } from '@tsnet/inet';
import { messageReader } from '../wire/message.ts';
import { bridgePortAttributes, type LinkAttributes, linkAttributes } from './attributes.ts';
import { linkFlags, type OperationalState, operationalStates } from './flags.ts';
import { linkHeader } from './header.ts';

/** A link as the kernel has it. */
export interface Link {
  readonly ifIndex: number;
  readonly ifName: string;
  /** The driver: `bridge`, `veth`; undefined for physical links and loopback. */
  readonly kind: string | undefined;
  readonly mac: MacAddress | undefined;
  /** Bytes. */
  readonly mtu: number;
  /** Administratively up. */
  readonly up: boolean;
  /** While the link is up: whether its driver reports a carrier, as that of a pair does while the other end is up. */
  readonly carrier: boolean;
  readonly loopback: boolean;
  readonly operationalState: OperationalState;
  /** Index of the bridge that the link is a port of. */
  readonly master: number | undefined;
  /** Whether frames may go out where they came in; undefined where the link is no port of a bridge. */
  readonly hairpin: boolean | undefined;
  /** Index of the other end of a pair or of the link below; in another namespace when `peerNetnsId` is set. */
  readonly peerIfIndex: number | undefined;
  /** The namespace of the other end, as an id of the reader's namespace. */
  readonly peerNetnsId: number | undefined;
  /** Free text; tsnet's mark stands there. */
  readonly alias: string | undefined;
  /** 0 where none was given. */
  readonly group: number;
}

const bridgePortReader = bridgePortAttributes.only('hairpin');

const linkReader = messageReader(
  linkHeader,
  linkAttributes.only(
    'address',
    'ifName',
    'mtu',
    'peerIfIndex',
    'master',
    'operationalState',
    'linkInfo',
    'alias',
    'group',
    'peerNetnsId',
  ),
);

/** Reads a link from the body of RTM_NEWLINK. */
export function decodeLink(body: Uint8Array): Link {
  const { ifIndex, flags, attributes } = linkReader.read(body);
  return {
    ifIndex,
    ifName: attributes.ifName ?? '',
    kind: attributes.linkInfo?.kind,
    mac: attributes.address,
    mtu: attributes.mtu ?? 0,
    up: (flags & linkFlags.up) !== 0,
    carrier: (flags & linkFlags.lowerUp) !== 0,
    loopback: (flags & linkFlags.loopback) !== 0,
    operationalState: operationalStates[attributes.operationalState ?? 0] ?? 'unknown',
    master: attributes.master,
    hairpin: hairpinOf(attributes.linkInfo),
    peerIfIndex: attributes.peerIfIndex,
    peerNetnsId: attributes.peerNetnsId,
    alias: attributes.alias,
    group: attributes.group ?? 0,
  };
}

function hairpinOf(info: LinkAttributes['linkInfo']): boolean | undefined {
  if (info?.portKind !== 'bridge' || info.portData === undefined) return undefined;
  return bridgePortReader.read(info.portData).hairpin === 1;
}
