import { readFileSync } from 'node:fs';
import { decodeMessages, type RawMessage } from '../src/wire/header.ts';

/** Datagrams that a kernel sent, and what iproute2 or conntrack said of the same objects at that time. */
export interface Fixture<Witness> {
  /** In hexadecimal. */
  readonly datagrams: readonly string[];
  readonly witness: Witness;
}

const FIRST_OBJECT_TYPE = 16;

/** Reads a file of `fixtures`, which `capture.ts` wrote. */
export function readFixture<Witness>(name: string): Fixture<Witness> {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** Bytes of a fixture's text. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** All messages of a fixture. */
export function messagesOf(fixture: Fixture<unknown>): readonly RawMessage[] {
  return fixture.datagrams.flatMap((datagram) => decodeMessages(fromHex(datagram)));
}

/** The bodies of the messages that carry an object. */
export function bodiesOf(fixture: Fixture<unknown>): readonly Uint8Array[] {
  return messagesOf(fixture)
    .filter(({ type }) => type >= FIRST_OBJECT_TYPE)
    .map(({ body }) => body);
}
