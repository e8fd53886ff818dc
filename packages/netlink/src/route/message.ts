import type { AttributeCodec } from '../wire/attribute.ts';
import { messageCodec, type ObjectMessage } from '../wire/message.ts';
import { type RouteAttributes, routeAttributes } from './attributes.ts';
import { type RouteHeader, routeHeader } from './header.ts';

/** A route as the kernel's messages carry it: header fields, and attributes. */
export type RouteMessage = ObjectMessage<RouteHeader, RouteAttributes>;

/** Body of RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE. */
export const routeMessage: AttributeCodec<RouteMessage> = messageCodec(routeHeader, routeAttributes);
