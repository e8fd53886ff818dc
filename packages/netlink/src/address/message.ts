import type { AttributeCodec } from '../wire/attribute.ts';
import { messageCodec, type ObjectMessage } from '../wire/message.ts';
import { type AddressAttributes, addressAttributes } from './attributes.ts';
import { type AddressHeader, addressHeader } from './header.ts';

/** An address as the kernel's messages carry it: header fields, and attributes. */
export type AddressMessage = ObjectMessage<AddressHeader, AddressAttributes>;

/** Body of RTM_NEWADDR, RTM_DELADDR and RTM_GETADDR. */
export const addressMessage: AttributeCodec<AddressMessage> = messageCodec(addressHeader, addressAttributes);
