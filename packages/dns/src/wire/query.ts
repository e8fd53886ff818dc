import { classIn, flags, headerLength, plainUdpSize, rcodes, types } from './codes.ts';
import { longestName, type NameKey } from './name-key.ts';

/** A question that was asked as it should be. */
export interface Query {
  readonly id: number;
  /** The second word of the header. */
  readonly flags: number;
  readonly name: NameKey;
  readonly type: number;
  readonly class: number;
  /** Where the question ends: it begins behind the header. */
  readonly questionEnd: number;
  /** The largest answer that the client takes over UDP. */
  readonly udpSize: number;
  /** Whether the query has an OPT record (RFC 6891), so that the answer has one. */
  readonly edns: boolean;
  /** The DO bit: the client wants signatures. */
  readonly dnssecOk: boolean;
}

/** A query that gets nothing but a response code. */
export interface Fault {
  readonly id: number;
  readonly flags: number;
  /** Above 15 it needs an OPT record. */
  readonly rcode: number;
  /** Where the question ends; where the header does if it could not be read. */
  readonly questionEnd: number;
}

const LONGEST_LABEL = 63;
const POINTER = 0xc0;
const DNSSEC_OK = 0x8000;
/** Names are read one at a time, and nobody keeps this. */
const lowered = Buffer.alloc(longestName);

/**
 * Reads a query (RFC 1035 section 4): its header, its only question, and its OPT record. Whatever else it holds must at
 * least be well formed.
 *
 * @returns undefined for what nobody may answer: responses, and less than a header.
 */
export function readQuery(message: Buffer): Query | Fault | undefined {
  if (message.length < headerLength) return undefined;
  const id = message.readUInt16BE(0);
  const word = message.readUInt16BE(2);
  if ((word & flags.response) !== 0) return undefined;
  const fault = (rcode: number, questionEnd: number = headerLength): Fault => ({
    id,
    flags: word,
    rcode,
    questionEnd,
  });
  if ((word & flags.opcode) !== 0) return fault(rcodes.notImplemented);
  const isOneQuestion = message.readUInt16BE(4) === 1;
  const hasAnswers = message.readUInt32BE(6) !== 0;
  if (!isOneQuestion || hasAnswers || (word & flags.truncated) !== 0) return fault(rcodes.formatError);

  const nameEnd = readPlainName(message, headerLength);
  if (nameEnd === undefined || nameEnd + 4 > message.length) return fault(rcodes.formatError);
  const name = lowered.toString('latin1', 0, nameEnd - headerLength);
  const type = message.readUInt16BE(nameEnd);
  const questionEnd = nameEnd + 4;
  const extension = readAdditional(message, questionEnd, message.readUInt16BE(10));
  if (extension === undefined) return fault(rcodes.formatError, questionEnd);
  if (extension.version > 0) return fault(rcodes.badVersion, questionEnd);
  if (type === types.opt) return fault(rcodes.formatError, questionEnd);
  const klass = message.readUInt16BE(nameEnd + 2);
  if (klass !== classIn) return fault(rcodes.refused, questionEnd);
  const { edns, udpSize, dnssecOk } = extension;
  return { id, flags: word, name, type, class: klass, questionEnd, udpSize, edns, dnssecOk };
}

/**
 * Leaves a name, in lower case, in {@link lowered}. There is nothing in front of a question that a pointer could mean.
 *
 * @returns where the name ends; undefined if it is none.
 */
function readPlainName(message: Buffer, start: number): number | undefined {
  let at = start;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > LONGEST_LABEL) return undefined;
    const end = at + length + 1;
    if (end > message.length || end - start > longestName) return undefined;
    for (; at < end; at++) {
      const byte = message[at] ?? 0;
      // Bytes of length are below every letter.
      lowered[at - start] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    }
    if (length === 0) return end;
  }
}

interface Extension {
  readonly version: number;
  readonly udpSize: number;
  readonly edns: boolean;
  readonly dnssecOk: boolean;
}

const noExtension: Extension = { version: 0, udpSize: plainUdpSize, edns: false, dnssecOk: false };

/** Reads `count` records, which have to be all that is left. */
function readAdditional(message: Buffer, start: number, count: number): Extension | undefined {
  let at = start;
  let extension = noExtension;
  for (let left = count; left > 0; left--) {
    const fixed = skipName(message, at);
    if (fixed === undefined || fixed + 10 > message.length) return undefined;
    const end = fixed + 10 + message.readUInt16BE(fixed + 8);
    if (end > message.length) return undefined;
    if (message.readUInt16BE(fixed) === types.opt) {
      // It belongs to the root, and there is one (RFC 6891 section 6.1.1).
      if (extension.edns || fixed !== at + 1) return undefined;
      extension = {
        version: message.readUInt8(fixed + 5),
        udpSize: Math.max(plainUdpSize, message.readUInt16BE(fixed + 2)),
        edns: true,
        dnssecOk: (message.readUInt16BE(fixed + 6) & DNSSEC_OK) !== 0,
      };
    }
    at = end;
  }
  return at === message.length ? extension : undefined;
}

/** Where a name ends that nobody wants to know; pointers are not followed, so none can loop. */
function skipName(message: Buffer, start: number): number | undefined {
  for (let at = start; at - start < longestName; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length === 0) return at + 1;
    if (length >= POINTER) return at + 2 <= message.length ? at + 2 : undefined;
    if (length > LONGEST_LABEL) return undefined;
    at += length + 1;
  }
  return undefined;
}
