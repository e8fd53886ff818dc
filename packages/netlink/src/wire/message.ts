import type { AttributeCodec, PayloadReader } from './attribute.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** How the fixed header of one kernel object is written and read. */
export interface HeaderCodec<Header> {
  /** Writes the header, padding included. */
  write(writer: ByteWriter, header: Header): void;
  /** Reads the header and leaves the reader behind it. @throws {@link TruncatedMessageError} */
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
    ...messageReader(header, attributes),
    write(writer, message) {
      header.write(writer, message);
      attributes.write(writer, message.attributes);
    },
  };
}

/** Joins a header and a reader of attributes, all of them or some, into the reader of a message's body. */
export function messageReader<Header, Attributes>(
  header: HeaderCodec<Header>,
  attributes: PayloadReader<Attributes>,
): PayloadReader<ObjectMessage<Header, Attributes>> {
  return {
    read(body) {
      const reader = new ByteReader(body);
      const fixed = header.read(reader);
      return { ...fixed, attributes: attributes.read(reader.rest()) };
    },
  };
}
