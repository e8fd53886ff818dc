import { setTimeout as wait } from 'node:timers/promises';
import { encode } from 'dns-packet';
import { ask } from './forwarder/ask.ts';
import type { Question } from './forwarder/question.ts';
import { flags, rcodes } from './wire/codes.ts';

/** What is waited for. */
export interface NameWait {
  /** The address of the server. */
  readonly server: string;
  /** With its domain. */
  readonly name: string;
  /** How long a server that does not know the name may take to hear of it, in milliseconds. Default 1000. */
  readonly patienceMs?: number | undefined;
  /** Default 53. */
  readonly port?: number | undefined;
}

const TIMEOUT_MS = 500;
const PAUSE_MS = 10;

/**
 * Waits until a server knows a name of its own network.
 *
 * @returns whether there is a server that answers such names, also where it does not know this one in time. Where nobody
 * listens, that is known at once. No privilege needed.
 */
export async function waitForName({
  server,
  name,
  patienceMs = 1000,
  port = 53,
}: NameWait): Promise<boolean> {
  const end = performance.now() + patienceMs;
  for (let id = 1; ; id++) {
    const message = encode({ type: 'query', id, questions: [{ type: 'A', name }] });
    const question: Question = { id, message, questionEnd: message.length };
    const answer = await ask({ address: server, port }, question, TIMEOUT_MS, new AbortController().signal);
    if (typeof answer === 'string') return false;
    const word = answer.readUInt16BE(2);
    if ((word & flags.authoritative) === 0) return false;
    const isUnknown = (word & flags.rcode) === rcodes.nameError;
    if (!isUnknown || performance.now() >= end) return true;
    await wait(PAUSE_MS);
  }
}
