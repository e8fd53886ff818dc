import type { NftElement, NftMapSpec, NftSetSpec, NftType } from '../command.ts';
import type { NftValue } from '../value.ts';
import { encodeField } from './encode-value.ts';
import type { ElementAttributes, ElementData } from './message.ts';

/**
 * An element of a set or map that was made as `spec` says, in the kernel's form; undefined for one that is left to
 * libnftables.
 *
 * That is what needs more than the element to be known: ranges in a key of one field, which are two elements and may
 * join their neighbors, and marks among ranges, whose byte order depends on the machine.
 */
export function encodeElement(
  spec: NftSetSpec | NftMapSpec,
  element: NftElement,
): ElementAttributes | undefined {
  const key = encodeKey(spec, element.key);
  if (key === undefined) return undefined;
  const types = 'data' in spec ? spec.data : undefined;
  if ((types === undefined) !== (element.data === undefined)) return undefined;
  const data = types && element.data && encodeData(types, element.data);
  if (types !== undefined && data === undefined) return undefined;
  const { timeoutSeconds, comment } = element;
  return {
    timeout: timeoutSeconds === undefined ? undefined : BigInt(timeoutSeconds) * 1000n,
    ...key,
    data,
    userData: comment === undefined ? undefined : encodeComment(comment),
  };
}

/** The key alone, by which an element is deleted; see {@link encodeElement}. */
export function encodeKey(spec: NftSetSpec, key: readonly NftValue[]): ElementAttributes | undefined {
  if (spec.interval && (spec.key.length < 2 || spec.key.includes('mark'))) return undefined;
  const bytes = encodeFields(spec.key, key);
  if (bytes === undefined) return undefined;
  if (spec.interval) return { key: { value: bytes.first }, keyEnd: { value: bytes.last } };
  return bytes.exact ? { key: { value: bytes.first } } : undefined;
}

function encodeData(types: readonly NftType[], values: readonly NftValue[]): ElementData | undefined {
  const [value] = values;
  if (types.length === 1 && types[0] === 'verdict' && values.length === 1 && value?.type === 'verdict') {
    return {
      verdict: { code: verdictCodes[value.verdict], chain: 'chain' in value ? value.chain : undefined },
    };
  }
  const bytes = encodeFields(types, values);
  return bytes?.exact ? { value: bytes.first } : undefined;
}

/** NF_* and NFT_* (linux/netfilter.h, linux/netfilter/nf_tables.h), as unsigned integers of 32 bits. */
const verdictCodes = {
  drop: 0,
  accept: 1,
  continue: -1 >>> 0,
  jump: -3 >>> 0,
  goto: -4 >>> 0,
  return: -5 >>> 0,
} as const;

interface Fields {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
  /** No field is a range. */
  readonly exact: boolean;
}

/** A field alone has its own length; among others each is padded to four bytes. */
function encodeFields(types: readonly NftType[], values: readonly NftValue[]): Fields | undefined {
  if (types.length !== values.length) return undefined;
  const fields = types.map((type, index) => {
    const value = values[index];
    return value && encodeField(type, value);
  });
  const [only] = fields;
  if (only !== undefined && fields.length === 1) return { ...only, exact: only.first === only.last };
  const first: number[] = [];
  const last: number[] = [];
  let exact = true;
  for (const field of fields) {
    if (field === undefined) return undefined;
    first.push(...field.first);
    last.push(...field.last);
    if (field.first !== field.last) exact = false;
    while (first.length % 4 !== 0) {
      first.push(0);
      last.push(0);
    }
  }
  return { first: Uint8Array.from(first), last: Uint8Array.from(last), exact };
}

/** NFTNL_UDATA_SET_ELEM_COMMENT (libnftnl/udata.h): type, length and text, each of the first two in one byte. */
function encodeComment(comment: string): Uint8Array {
  const text = Buffer.from(`${comment}\0`);
  return Uint8Array.of(0, text.length, ...text);
}
