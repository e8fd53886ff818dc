import type { ByteReader } from './byte-reader.ts';
import { ByteReader as Reader } from './byte-reader.ts';
import type { AttributeCodec } from './attribute.ts';
import type { ByteWriter } from './byte-writer.ts';

/** A family's fixed header. */
export interface HeaderCodec<Header> {
  write(writer: ByteWriter, header: Header): void;
  read(reader: ByteReader): Header;
}

/** A message of one kernel object: its fixed header and its attributes. */
export type ObjectMessage<Header, Attributes> = Header & { readonly attributes: Attributes };

/** Joins a header and an attribute set into the codec of a message's body. */
export function messageCodec<Header, Attributes>(
  header: HeaderCodec<Header>,
  attributes: AttributeCodec<Attributes>,
): AttributeCodec<ObjectMessage<Header, Attributes>> {
  return {
    write(writer, message) {
      header.write(writer, message);
      attributes.write(writer, message.attributes);
    },
    read(body) {
      const reader = new Reader(body);
      const fixed = header.read(reader);
      return { ...fixed, attributes: attributes.read(reader.rest()) };
    },
  };
}
