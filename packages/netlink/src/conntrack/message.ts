import type { AttributeCodec } from '../wire/attribute.ts';
import { messageCodec, type ObjectMessage } from '../wire/message.ts';
import { type ConntrackAttributes, conntrackAttributes } from './attributes.ts';
import { type NetfilterHeader, netfilterHeader } from './header.ts';

/** A tracked connection as the kernel's messages carry it: header fields, and attributes. */
export type ConntrackMessage = ObjectMessage<NetfilterHeader, ConntrackAttributes>;

/** Body of the messages of NFNL_SUBSYS_CTNETLINK. */
export const conntrackMessage: AttributeCodec<ConntrackMessage> = messageCodec(
  netfilterHeader,
  conntrackAttributes,
);
