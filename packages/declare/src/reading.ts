import type { Labels } from '@tsnet/core';
import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';

// What is not of the type that is wanted here was refused by the schema before: it reads as nothing, so that all that is
// wrong with a file is found at once.

/** The fields of an object in a file. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The items of a list in a file, with their places. */
export function itemsOf(value: unknown): readonly (readonly [number, unknown])[] {
  return Array.isArray(value) ? [...value.entries()] : [];
}

/** The value where it is true or false. */
export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** The texts of an object. */
export function labelsOf(value: unknown): Labels {
  const labels = Object.entries(fieldsOf(value)).flatMap(([key, text]) => {
    return typeof text === 'string' ? [[key, text] as const] : [];
  });
  return Object.fromEntries(labels);
}

/** Reads an address, a prefix, or `first-last`. */
export function parseBlock(text: string): IpRange {
  if (text.includes('-')) return IpRange.parse(text);
  if (text.includes('/')) return IpPrefix.parse(text).range;
  const address = IpAddress.parse(text);
  return IpRange.of(address, address);
}

/** Fields of which those without a value are left out. */
export type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out the fields without a value. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
