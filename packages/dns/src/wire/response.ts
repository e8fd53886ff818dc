import { flags, headerLength, largestUdpSize, rcodes } from './codes.ts';
import type { Fault, Query } from './query.ts';
import type { RecordSet } from './record-set.ts';

/** What is answered to a query. */
export interface Reply {
  readonly rcode: number;
  /** Whether the server is the one that knows. */
  readonly authoritative: boolean;
  readonly answers?: RecordSet | undefined;
  /** The SOA record of a zone in which there is nothing of the kind (RFC 2308). */
  readonly authority?: RecordSet | undefined;
}

/** How large a message may be over TCP. */
export const largestTcpSize = 0xffff;

const OPT_LENGTH = 11;
const DNSSEC_OK = 0x8000;
const COPIED = flags.opcode | flags.recursionDesired | flags.checkingDisabled;

/** The largest answer to a query over UDP. */
export function udpLimit(query: Query): number {
  return Math.min(query.udpSize, largestUdpSize);
}

/**
 * Encodes a reply. Of answers that do not all fit, as many are given as do, and the answer says that it is truncated;
 * the authority is then left out as well.
 *
 * @param message - the query, whose question comes first in the answer.
 * @param limit - how long it may become.
 * @param recursion - whether other names are looked up for clients.
 */
export function encodeReply(
  message: Buffer,
  query: Query,
  reply: Reply,
  limit: number,
  recursion: boolean,
): Buffer {
  const { answers, authority } = reply;
  const fixed = query.questionEnd + (query.edns ? OPT_LENGTH : 0);
  const room = limit - fixed;
  const fitting = answers ? Math.min(answers.count, Math.floor(room / answers.recordLength)) : 0;
  const answersLength = answers ? fitting * answers.recordLength : 0;
  const truncated = answers !== undefined && fitting < answers.count;
  const added = authority && authority.recordLength <= room - answersLength ? authority : undefined;

  const response = Buffer.allocUnsafe(fixed + answersLength + (added?.recordLength ?? 0));
  message.copy(response, 0, 0, query.questionEnd);
  let word = flags.response | (query.flags & COPIED) | reply.rcode;
  if (reply.authoritative) word |= flags.authoritative;
  if (recursion) word |= flags.recursionAvailable;
  if (truncated) word |= flags.truncated;
  writeHeader(response, query.id, word, [1, fitting, added ? 1 : 0, query.edns ? 1 : 0]);
  let at = query.questionEnd;
  if (fitting > 0) answers?.write(response, at, fitting);
  at += answersLength;
  added?.write(response, at, 1);
  at += added?.recordLength ?? 0;
  if (query.edns) writeOpt(response, at, 0, query.dnssecOk);
  return response;
}

/** Encodes the answer to what cannot be answered. It is at most 11 bytes longer than its question. */
export function encodeFault(message: Buffer, fault: Fault): Buffer {
  const extended = fault.rcode > flags.rcode;
  const response = Buffer.allocUnsafe(fault.questionEnd + (extended ? OPT_LENGTH : 0));
  message.copy(response, 0, 0, fault.questionEnd);
  const word = flags.response | (fault.flags & COPIED) | (fault.rcode & flags.rcode);
  const questions = fault.questionEnd > headerLength ? 1 : 0;
  writeHeader(response, fault.id, word, [questions, 0, 0, extended ? 1 : 0]);
  if (extended) writeOpt(response, fault.questionEnd, fault.rcode >> 4, false);
  return response;
}

/**
 * Fits what another server has answered to the client: its id, its spelling of the name, and its limit. What is too long
 * becomes an answer with nothing but the word that it is truncated.
 *
 * @param answer - to the same question; it is changed.
 */
export function adaptAnswer(message: Buffer, query: Query, answer: Buffer, limit: number): Buffer {
  if (answer.length > limit) {
    const reply = encodeReply(message, query, { rcode: rcodes.noError, authoritative: false }, limit, true);
    reply.writeUInt16BE(reply.readUInt16BE(2) | flags.truncated, 2);
    return reply;
  }
  answer.writeUInt16BE(query.id, 0);
  const word = answer.readUInt16BE(2) & ~flags.authoritative;
  answer.writeUInt16BE(word | flags.recursionAvailable, 2);
  message.copy(answer, headerLength, headerLength, query.questionEnd);
  return answer;
}

function writeHeader(into: Buffer, id: number, word: number, counts: readonly number[]): void {
  into.writeUInt16BE(id, 0);
  into.writeUInt16BE(word, 2);
  counts.forEach((count, index) => {
    into.writeUInt16BE(count, 4 + 2 * index);
  });
}

/** RFC 6891 section 6.1.2. */
function writeOpt(into: Buffer, at: number, extendedRcode: number, dnssecOk: boolean): void {
  into.writeUInt8(0, at);
  into.writeUInt16BE(41, at + 1);
  into.writeUInt16BE(largestUdpSize, at + 3);
  into.writeUInt8(extendedRcode, at + 5);
  into.writeUInt8(0, at + 6);
  into.writeUInt16BE(dnssecOk ? DNSSEC_OK : 0, at + 7);
  into.writeUInt16BE(0, at + 9);
}
