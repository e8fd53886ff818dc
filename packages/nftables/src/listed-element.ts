import { CorruptNftablesListingError } from './errors.ts';
import { isRecord } from './json.ts';
import type { NftValue } from './value.ts';

/** A value of a listing; `other` is of a type that has no {@link NftValue}, as JSON. */
export type ListedValue = NftValue | { readonly type: 'other'; readonly json: unknown };

/** An element that is there. */
export interface ListedElement {
  readonly key: readonly ListedValue[];
  /** Undefined in a set. */
  readonly data: readonly ListedValue[] | undefined;
  readonly comment: string | undefined;
  /** Seconds that it was given. */
  readonly timeoutSeconds: number | undefined;
  /** Seconds that are left. */
  readonly expiresSeconds: number | undefined;
}

/** Reads an element in the JSON of libnftables-json(5); the types of its set say what its fields mean. */
export function parseElement(
  element: unknown,
  keyTypes: readonly string[],
  dataTypes: readonly string[] | undefined,
): ListedElement {
  const [left, right] = dataTypes === undefined ? [element, undefined] : pair(element);
  const wrapper = isRecord(left) && isRecord(left.elem) ? left.elem : undefined;
  return {
    key: parseFields(wrapper === undefined ? left : wrapper.val, keyTypes),
    data: dataTypes === undefined ? undefined : parseFields(right, dataTypes),
    comment: typeof wrapper?.comment === 'string' ? wrapper.comment : undefined,
    timeoutSeconds: typeof wrapper?.timeout === 'number' ? wrapper.timeout : undefined,
    expiresSeconds: typeof wrapper?.expires === 'number' ? wrapper.expires : undefined,
  };
}

function pair(element: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(element) || element.length !== 2) {
    throw new CorruptNftablesListingError('an element of a map', 'it is no pair');
  }
  return [element[0], element[1]];
}

function parseFields(value: unknown, types: readonly string[]): readonly ListedValue[] {
  const fields = types.length === 1 ? [value] : isRecord(value) ? value.concat : undefined;
  if (!Array.isArray(fields) || fields.length !== types.length) {
    throw new CorruptNftablesListingError('an element', `it has not the ${types.length} fields of its set`);
  }
  return types.map((type, index) => parseValue(fields[index], type));
}

function parseValue(json: unknown, type: string): ListedValue {
  switch (type) {
    case 'ipv4_addr':
    case 'ipv6_addr':
      return parseAddress(json);
    case 'inet_service':
      return parsePort(json);
    case 'inet_proto':
      return typeof json === 'number' ? { type: 'protocol', protocol: json } : { type: 'other', json };
    case 'ifname':
      return typeof json === 'string' ? { type: 'link', name: json } : { type: 'other', json };
    case 'mark':
      return typeof json === 'number' ? { type: 'mark', mark: json } : { type: 'other', json };
    case 'ether_addr':
      return typeof json === 'string' ? { type: 'mac', mac: json } : { type: 'other', json };
    case 'verdict':
      return parseVerdict(json);
    default:
      return { type: 'other', json };
  }
}

function parseAddress(json: unknown): ListedValue {
  if (typeof json === 'string') return { type: 'address', address: json };
  const prefix = isRecord(json) ? json.prefix : undefined;
  if (isRecord(prefix) && typeof prefix.addr === 'string' && typeof prefix.len === 'number') {
    return { type: 'prefix', address: prefix.addr, length: prefix.len };
  }
  const [first, last] = parseRange(json);
  if (typeof first === 'string' && typeof last === 'string') return { type: 'address-range', first, last };
  return { type: 'other', json };
}

function parsePort(json: unknown): ListedValue {
  if (typeof json === 'number') return { type: 'port', port: json };
  const [first, last] = parseRange(json);
  if (typeof first === 'number' && typeof last === 'number') return { type: 'port-range', first, last };
  return { type: 'other', json };
}

function parseRange(json: unknown): readonly unknown[] {
  const range = isRecord(json) ? json.range : undefined;
  return Array.isArray(range) ? range : [];
}

function parseVerdict(json: unknown): ListedValue {
  const [verdict, argument] = Object.entries(isRecord(json) ? json : {})[0] ?? [];
  switch (verdict) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      return { type: 'verdict', verdict };
    case 'jump':
    case 'goto':
      if (isRecord(argument) && typeof argument.target === 'string') {
        return { type: 'verdict', verdict, chain: argument.target };
      }
      return { type: 'other', json };
    default:
      return { type: 'other', json };
  }
}
