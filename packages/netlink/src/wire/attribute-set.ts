import { MalformedAttributeError, OversizedAttributeError } from '../errors.ts';
import { type AttributeCodec, bytes, type PayloadReader } from './attribute.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * One line of an attribute table: the kernel's number, the payload's codec, and whether the attribute may
 * stand several times in a row, which makes its value an array.
 */
export type AttributeEntry<T> = readonly [type: number, codec: AttributeCodec<T>, repeated?: 'repeated'];

/** A table from our words to the kernel's numbers. */
export type AttributeTable = Readonly<Record<string, AttributeEntry<unknown>>>;

/**
 * Attributes that the table does not know, under `#` and the raw 16-bit type with its flag bits. One that
 * comes again although the table does not say so is kept in the same way, under `#TYPE/POSITION`. All of
 * them keep their place among the others, so that a message survives decoding and encoding to the byte.
 */
export interface UnknownAttributes {
  readonly [unknown: `#${number}` | `#${number}/${number}`]: Uint8Array;
}

/** The values that a table describes; every attribute is optional on the wire. */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends readonly [number, AttributeCodec<infer T>, 'repeated']
    ? readonly T[] | undefined
    : Table[Name] extends readonly [number, AttributeCodec<infer T>]
      ? T | undefined
      : never;
} & UnknownAttributes;

/** What {@link attributeSet} makes of a table. Use it as the codec of a nested attribute, or alone. */
export interface AttributeSet<Values> extends AttributeCodec<Values> {
  /** The same set as a nested attribute whose type carries NLA_F_NESTED. */
  readonly flagged: AttributeCodec<Values>;
  /**
   * Reads these attributes alone and steps over all others, for who will not encode them again: to keep each of
   * the fifty that tell of a link takes longer than to ask the kernel for them.
   */
  only<Name extends keyof Values & string>(...names: readonly Name[]): PayloadReader<Pick<Values, Name>>;
}

/** A line of the table, in the form that reading and writing want. */
interface Field {
  readonly name: string;
  readonly rawType: number;
  readonly codec: AttributeCodec<unknown>;
  readonly repeated: boolean;
}

const HEADER_LENGTH = 4;
const LONGEST = 0xffff;
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/**
 * Declares a set of netlink attributes once, for both directions.
 *
 * Values are written in the order of the object's own properties; undefined ones are left out.
 * Reading keeps the order of the wire, and throws {@link MalformedAttributeError} or
 * {@link TruncatedMessageError} rather than reading past a length.
 */
export function attributeSet<const Table extends AttributeTable>(
  table: Table,
): AttributeSet<AttributeValues<Table>> {
  const byName = new Map<string, Field>();
  const byType = new Map<number, Field>();
  for (const [name, [type, codec, repeated]] of Object.entries(table)) {
    const rawType = codec.nested ? type | NLA_F_NESTED : type;
    const field = { name, rawType, codec, repeated: repeated !== undefined };
    byName.set(name, field);
    byType.set(type, field);
  }
  const codec: AttributeCodec<AttributeValues<Table>> = {
    write: (writer, values) => writeAttributes(writer, values, byName),
    read: (payload) => readAttributes(payload, byType, true) as AttributeValues<Table>,
  };
  return {
    ...codec,
    flagged: { ...codec, nested: true },
    only(...names) {
      const chosen = new Set<string>(names);
      const wanted = new Map([...byType].filter(([, { name }]) => chosen.has(name)));
      return { read: (payload) => readAttributes(payload, wanted, false) as AttributeValues<Table> };
    },
  };
}

function writeAttributes(
  writer: ByteWriter,
  values: Readonly<Record<string, unknown>>,
  byName: ReadonlyMap<string, Field>,
): void {
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    const field = byName.get(name);
    if (field === undefined) {
      writeAttribute(writer, Number.parseInt(name.slice(1), 10), bytes, value as Uint8Array);
    } else if (field.repeated) {
      for (const each of value as readonly unknown[])
        writeAttribute(writer, field.rawType, field.codec, each);
    } else {
      writeAttribute(writer, field.rawType, field.codec, value);
    }
  }
}

/** Header, payload, padding. */
function writeAttribute<T>(writer: ByteWriter, rawType: number, codec: AttributeCodec<T>, value: T): void {
  const start = writer.length;
  writer.u16(0);
  writer.u16(rawType);
  codec.write(writer, value);
  const length = writer.length - start;
  if (length > LONGEST) throw new OversizedAttributeError(length, LONGEST);
  writer.patchU16(start, length);
  writer.align();
}

function readAttributes(
  payload: Uint8Array,
  byType: ReadonlyMap<number, Field>,
  keepUnknown: boolean,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const reader = new ByteReader(payload);
  for (let position = 0; reader.remaining > 0; position++) {
    const length = reader.u16();
    const rawType = reader.u16();
    if (length < HEADER_LENGTH)
      throw new MalformedAttributeError(`its length is ${length}, expected at least 4`);
    const field = byType.get(rawType & NLA_TYPE_MASK);
    if (field === undefined && !keepUnknown) {
      reader.skip(length - HEADER_LENGTH);
    } else {
      const inner = reader.raw(length - HEADER_LENGTH);
      const present = field === undefined ? undefined : values[field.name];
      if (field?.repeated) values[field.name] = append(present, field.codec.read(inner));
      else if (field !== undefined && present === undefined) values[field.name] = field.codec.read(inner);
      else values[unknownName(values, rawType, position)] = inner.slice();
    }
    reader.align();
  }
  return values;
}

function append(list: unknown, value: unknown): unknown[] {
  if (!Array.isArray(list)) return [value];
  list.push(value);
  return list;
}

function unknownName(values: Readonly<Record<string, unknown>>, rawType: number, position: number): string {
  const name = `#${rawType}`;
  return values[name] === undefined ? name : `${name}/${position}`;
}
