import { randomInt } from 'node:crypto';
import { flags, headerLength, largestUdpSize, rcodes } from '../wire/codes.ts';
import type { Query } from '../wire/query.ts';

const OPT_LENGTH = 11;
const DNSSEC_OK = 0x8000;
const RESPONSE_AND_OPCODE = flags.response | flags.opcode;
const PASSED_ON = flags.recursionDesired | flags.checkingDisabled;

/** A question as it is put to another server. */
export interface Question {
  readonly id: number;
  readonly message: Buffer;
  /** Where the question ends in the message. */
  readonly questionEnd: number;
}

/** The client's question under a new id; of its options only those that are the client's own business are kept. */
export function forwardedQuestion(message: Buffer, query: Query): Question {
  const { questionEnd, edns, dnssecOk } = query;
  const question = Buffer.alloc(questionEnd + (edns ? OPT_LENGTH : 0));
  message.copy(question, headerLength, headerLength, questionEnd);
  const id = randomInt(0x10000);
  question.writeUInt16BE(id, 0);
  question.writeUInt16BE(query.flags & PASSED_ON, 2);
  question.writeUInt16BE(1, 4);
  if (edns) {
    question.writeUInt16BE(1, 10);
    question.writeUInt16BE(41, questionEnd + 1);
    question.writeUInt16BE(Math.min(query.udpSize, largestUdpSize), questionEnd + 3);
    question.writeUInt16BE(dnssecOk ? DNSSEC_OK : 0, questionEnd + 7);
  }
  return { id, message: question, questionEnd };
}

/** Asks for the name servers of the root: what every resolver can answer. */
export function probeQuestion(): Question {
  const message = Buffer.alloc(headerLength + 5);
  const id = randomInt(0x10000);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(flags.recursionDesired, 2);
  message.writeUInt16BE(1, 4);
  message.writeUInt16BE(2, headerLength + 1);
  message.writeUInt16BE(1, headerLength + 3);
  return { id, message, questionEnd: message.length };
}

/** Whether a message answers a question: the same id, and the same question, spelled as it was asked. */
export function isAnswerTo(question: Question, answer: Buffer): boolean {
  const { id, message, questionEnd } = question;
  if (answer.length < headerLength || answer.readUInt16BE(0) !== id) return false;
  if ((answer.readUInt16BE(2) & RESPONSE_AND_OPCODE) !== flags.response) return false;
  if (answer.readUInt16BE(4) !== 1 || answer.length < questionEnd) return false;
  return answer.compare(message, headerLength, questionEnd, headerLength, questionEnd) === 0;
}

/** Whether the server would have all of the answer if it were asked over TCP. */
export function isTruncated(answer: Buffer): boolean {
  return (answer.readUInt16BE(2) & flags.truncated) !== 0;
}

/** Whether another server may know more. */
export function isUseless(answer: Buffer): boolean {
  const rcode = answer.readUInt16BE(2) & flags.rcode;
  return rcode === rcodes.serverFailure || rcode === rcodes.refused || rcode === rcodes.notImplemented;
}
