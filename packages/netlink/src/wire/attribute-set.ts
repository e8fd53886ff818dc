import { MalformedAttributeError } from '../errors.ts';
import type { AttributeCodec } from './attribute.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** One line of an attribute table: the kernel's number and the payload's codec. */
export type AttributeEntry<T> = readonly [type: number, codec: AttributeCodec<T>];

/** A table from our words to the kernel's numbers. */
export type AttributeTable = Readonly<Record<string, AttributeEntry<unknown>>>;

/**
 * Attributes that the table does not know, under `#` and the raw 16-bit type with its flag bits. They
 * keep their place among the others, so that a message survives decoding and encoding to the byte.
 */
export interface UnknownAttributes {
  readonly [unknown: `#${number}`]: Uint8Array;
}

/** The values that a table describes; every attribute is optional on the wire. */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends AttributeEntry<infer T> ? T : never;
} & UnknownAttributes;

/** What {@link attributeSet} makes of a table. Use it as the codec of a nested attribute, or alone. */
export interface AttributeSet<Values> extends AttributeCodec<Values> {
  /** The same set as a nested attribute whose type carries NLA_F_NESTED. */
  readonly flagged: AttributeCodec<Values>;
}

const HEADER_LENGTH = 4;
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/**
 * Declares a set of netlink attributes once, for both directions.
 *
 * Values are written in the order of the object's own properties; undefined ones are left out.
 * Reading keeps the order of the wire, and throws {@link MalformedAttributeError} or
 * {@link TruncatedMessageError} rather than reading past a length.
 */
export function attributeSet<const Table extends AttributeTable>(table: Table): AttributeSet<AttributeValues<Table>> {
  const byName = new Map<string, AttributeEntry<unknown>>(Object.entries(table));
  const byType = new Map<number, readonly [string, AttributeCodec<unknown>]>();
  for (const [name, [type, codec]] of byName) byType.set(type, [name, codec]);

  const codec: AttributeCodec<AttributeValues<Table>> = {
    write(writer, values) {
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined) continue;
        const entry = byName.get(name);
        if (entry === undefined) writeAttribute(writer, Number(name.slice(1)), () => writer.raw(value as Uint8Array));
        else {
          const [type, inner] = entry;
          writeAttribute(writer, inner.nested ? type | NLA_F_NESTED : type, () => inner.write(writer, value));
        }
      }
    },
    read(payload) {
      const values: Record<string, unknown> = {};
      for (const [rawType, inner] of readAttributes(payload)) {
        const known = byType.get(rawType & NLA_TYPE_MASK);
        if (known === undefined) values[`#${rawType}`] = inner.slice();
        else values[known[0]] = known[1].read(inner);
      }
      return values as AttributeValues<Table>;
    },
  };
  return { ...codec, flagged: { ...codec, nested: true } };
}

/** Writes one attribute: header, payload, padding. */
export function writeAttribute(writer: ByteWriter, rawType: number, payload: () => void): void {
  const start = writer.length;
  writer.u16(0);
  writer.u16(rawType);
  payload();
  writer.patchU16(start, writer.length - start);
  writer.align();
}

/** Walks the attributes of a payload: raw type with its flag bits, and the bytes inside. */
export function* readAttributes(payload: Uint8Array): Generator<readonly [rawType: number, payload: Uint8Array]> {
  const reader = new ByteReader(payload);
  while (reader.remaining > 0) {
    const length = reader.u16();
    const rawType = reader.u16();
    if (length < HEADER_LENGTH) throw new MalformedAttributeError(length, 'at least 4');
    yield [rawType, reader.raw(length - HEADER_LENGTH)];
    reader.align();
  }
}
