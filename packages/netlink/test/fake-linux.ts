import type { Linux } from '@tsnet/linux';
import { ByteWriter } from '../src/wire/byte-writer.ts';
import { controlTypes, decodeMessages, encodeMessage, type RawMessage } from '../src/wire/header.ts';

/** One message of a scripted reply. */
export interface Reply {
  readonly type: number;
  readonly flags?: number;
  readonly sequence: number;
  readonly body?: Uint8Array;
}

/** A datagram of replies, or what receive(2) fails with. */
export type Datagram = readonly Reply[] | Error;

/** A kernel that plays a script: `answer` says what follows a datagram of requests. */
export interface FakeLinux {
  readonly linux: Linux;
  readonly requests: RawMessage[][];
  /** Descriptors, in the order in which they were closed. */
  readonly closed: number[];
  readonly options: string[];
}

/** The descriptor of every socket of a {@link FakeLinux}. */
export const FAKE_SOCKET = 7;

/** Makes a {@link FakeLinux}; `turn` counts datagrams from 1. */
export function fakeLinux(
  answer: (requests: readonly RawMessage[], turn: number) => readonly Datagram[],
): FakeLinux {
  const requests: RawMessage[][] = [];
  const closed: number[] = [];
  const options: string[] = [];
  const waiting: Datagram[] = [];
  const send = (_fd: number, bytes: Uint8Array): number => {
    const messages = [...decodeMessages(bytes.slice())];
    waiting.push(...answer(messages, requests.push(messages)));
    return bytes.length;
  };
  const linux: Partial<Linux> = {
    socket: () => FAKE_SOCKET,
    setSocketOption: (_fd, level, name) => void options.push(`${level}/${name}`),
    send,
    sendInBackground: async (fd, bytes) => {
      await new Promise((resolve) => setImmediate(resolve));
      return send(fd, bytes);
    },
    receive: (_fd, into) => {
      const datagram = waiting.shift();
      if (datagram instanceof Error) throw datagram;
      if (datagram === undefined) return undefined;
      const bytes = encodeReplies(datagram);
      into.set(bytes);
      return bytes.length;
    },
    close: (fd) => void closed.push(fd),
  };
  return { linux: linux as Linux, requests, closed, options };
}

/** The verdict on a request: 0, or a positive errno. */
export function verdict(sequence: number, errno = 0): Reply {
  const body = new Uint8Array(20);
  new DataView(body.buffer).setInt32(0, -errno, true);
  return { type: controlTypes.error, sequence, body };
}

/** The end of a dump, with its status. */
export function done(sequence: number, errno = 0, flags = 0): Reply {
  return {
    type: controlTypes.done,
    flags,
    sequence,
    body: verdict(sequence, errno).body?.subarray(0, 4) ?? new Uint8Array(),
  };
}

/** The bytes of a datagram of replies. */
export function encodeReplies(replies: readonly Reply[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { type, flags = 0, sequence, body = new Uint8Array() } of replies) {
    encodeMessage(writer, { type, flags, sequence }, () => writer.raw(body));
  }
  return writer.bytes;
}
