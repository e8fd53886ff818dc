import type { AttributeCodec } from '../wire/attribute.ts';
import { messageCodec, type ObjectMessage } from '../wire/message.ts';
import { type NeighborAttributes, neighborAttributes } from './attributes.ts';
import { type NeighborHeader, neighborHeader } from './header.ts';

/** A neighbor as the kernel's messages carry it: header fields, and attributes. */
export type NeighborMessage = ObjectMessage<NeighborHeader, NeighborAttributes>;

/** Body of RTM_NEWNEIGH, RTM_DELNEIGH and RTM_GETNEIGH. */
export const neighborMessage: AttributeCodec<NeighborMessage> = messageCodec(
  neighborHeader,
  neighborAttributes,
);
