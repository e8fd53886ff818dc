import type { Forwarder } from './forwarder/forwarder.ts';
import { resolve } from './resolve.ts';
import { rcodes } from './wire/codes.ts';
import { type Query, readQuery } from './wire/query.ts';
import {
  adaptAnswer,
  encodeFault,
  encodeReply,
  largestTcpSize,
  type Reply,
  udpLimit,
} from './wire/response.ts';
import type { Zone } from './zone/zone.ts';

/** What answers are made from. */
export interface AnswerSources {
  readonly zone: Zone;
  /** Absent where nobody else is asked. */
  readonly forwarder?: Pick<Forwarder, 'forward'> | undefined;
}

const failure: Reply = { rcode: rcodes.serverFailure, authoritative: false };
const notOurs: Reply = { rcode: rcodes.refused, authoritative: false };

/**
 * Answers a message. What the zone knows is answered at once; a promise comes of what others have to be asked.
 *
 * @param isAllowed - whether the client may ask anything.
 * @returns undefined for what gets no answer.
 */
export function answer(
  sources: AnswerSources,
  message: Buffer,
  transport: 'udp' | 'tcp',
  isAllowed: boolean,
): Buffer | Promise<Buffer> | undefined {
  const query = readQuery(message);
  if (query === undefined) return undefined;
  if ('rcode' in query) return encodeFault(message, query);
  const { zone, forwarder } = sources;
  const limit = transport === 'udp' ? udpLimit(query) : largestTcpSize;
  const recursion = forwarder !== undefined;
  const reply = isAllowed ? resolve(zone, query) : notOurs;
  if (reply !== undefined) return encodeReply(message, query, reply, limit, recursion);
  if (forwarder === undefined) return encodeReply(message, query, notOurs, limit, recursion);
  return answerOfOthers(forwarder, message, query, limit);
}

async function answerOfOthers(
  forwarder: Pick<Forwarder, 'forward'>,
  message: Buffer,
  query: Query,
  limit: number,
): Promise<Buffer> {
  const found = await forwarder.forward(message, query);
  if (found === undefined) return encodeReply(message, query, failure, limit, true);
  return adaptAnswer(message, query, found, limit);
}
