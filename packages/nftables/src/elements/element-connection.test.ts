import { type Linux, SystemCallError } from '@tsnet/linux';
import {
  ByteWriter,
  controlTypes,
  decodeMessages,
  encodeMessage,
  messageFlags,
  NoReplyError,
  TruncatedMessageError,
} from '@tsnet/netlink';
import { describe, expect, it } from 'vitest';
import { Transaction } from '../transaction.ts';
import { nftValue as v } from '../value.ts';
import { ElementConnection } from './element-connection.ts';
import { encodeCommands } from './encode-commands.ts';

const SOCKET = 7;
const EPERM = 1;
const ENOENT = 2;
const EEXIST = 17;

const marks = { family: 'inet', table: 't', set: 'marks', spec: { key: ['mark'] } } as const;
const element = { key: [v.mark(1)] };
const requests =
  encodeCommands(
    new Transaction().addElements(marks, [element]).discardElements(marks, [element]).commands,
  ) ?? [];

/** One datagram with the verdict on a request: 0, or a positive errno. */
function verdict(sequence: number, errno = 0): Uint8Array {
  const writer = new ByteWriter();
  const header = { type: controlTypes.error, flags: 0, sequence };
  encodeMessage(writer, header, () => {
    writer.s32(-errno);
    writer.zeros(16);
  });
  return writer.bytes;
}

/** A kernel that answers a batch, whose first message has the sequence number `begin`, with datagrams. */
function kernel(answer: (begin: number) => readonly Uint8Array[]) {
  const sent: Uint8Array[] = [];
  const closed: number[] = [];
  const waiting: Uint8Array[] = [];
  const linux: Partial<Linux> = {
    socket: () => SOCKET,
    setSocketOption: () => {},
    send: (_fd, bytes) => {
      sent.push(bytes.slice());
      waiting.push(...answer(decodeMessages(bytes)[0]?.sequence ?? 0));
      return bytes.length;
    },
    receive: (_fd, into) => {
      const datagram = waiting.shift();
      if (datagram !== undefined) into.set(datagram);
      return datagram?.length;
    },
    close: (fd) => void closed.push(fd),
  };
  const place = { linux: linux as Linux, netns: undefined };
  return { place, sent, closed, waiting };
}

describe('ElementConnection', () => {
  it('sends one batch, and asks for a verdict on its last request alone', () => {
    const { place, sent } = kernel((begin) => [verdict(begin + requests.length)]);
    const connection = ElementConnection.open(place);
    expect(connection.send(requests)).toBeUndefined();
    expect(connection.send(requests)).toBeUndefined();
    const [messages = []] = sent.map((datagram) => decodeMessages(datagram));
    const { request, acknowledge, create, exclusive } = messageFlags;
    expect(sent).toHaveLength(2);
    expect(messages.map(({ type, flags }) => [type, flags])).toEqual([
      [16, request],
      [0xa0c, request | create | exclusive],
      [0xa0c, request | create],
      [0xa0e, request | acknowledge],
      [17, request],
    ]);
    for (const index of [0, 4]) {
      const body = messages[index]?.body ?? new Uint8Array();
      expect([...body]).toEqual([0, 0, 0, 10]);
    }
    const sequences = sent.flatMap((datagram) => decodeMessages(datagram).map(({ sequence }) => sequence));
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('tells the first refusal of several, and leaves none of them waiting', () => {
    const { place, waiting } = kernel((begin) => [
      verdict(begin + 1, EEXIST),
      verdict(begin + 2, ENOENT),
      verdict(begin + 3),
    ]);
    const refusal = ElementConnection.open(place).send(requests);
    expect(refusal).toEqual({ errno: EEXIST, message: undefined, request: requests[0] });
    expect(waiting).toEqual([]);
  });

  it('tells the refusal of the last request', () => {
    const { place } = kernel((begin) => [verdict(begin + 3, ENOENT)]);
    expect(ElementConnection.open(place).send(requests)).toMatchObject({
      errno: ENOENT,
      request: requests[2],
    });
  });

  it('tells the refusal of the batch as such, after which requests are acknowledged or not', () => {
    for (const rest of [[], [3]]) {
      const { place } = kernel((begin) => [verdict(begin, EPERM), ...rest.map((at) => verdict(begin + at))]);
      expect(ElementConnection.open(place).send(requests)).toMatchObject({
        errno: EPERM,
        request: undefined,
      });
    }
  });

  it('takes no notice of replies to what came before', () => {
    const { place } = kernel((begin) => [
      verdict(begin - 1, ENOENT),
      verdict(begin + 4, ENOENT),
      verdict(begin + 3),
    ]);
    expect(ElementConnection.open(place).send(requests)).toBeUndefined();
  });

  it('throws when the kernel does not say', () => {
    const { place } = kernel((begin) => [verdict(begin + 1)]);
    expect(() => ElementConnection.open(place).send(requests)).toThrow(NoReplyError);
  });

  it('throws for a reply that is cut short, wherever that is', () => {
    const whole = verdict(4, ENOENT);
    for (let end = 1; end < whole.length; end++) {
      const { place } = kernel(() => [whole.subarray(0, end)]);
      expect(() => ElementConnection.open(place).send(requests), `cut at ${end}`).toThrow(
        TruncatedMessageError,
      );
    }
  });

  it('closes its socket, also when it cannot be set up', () => {
    const { place, closed } = kernel(() => []);
    ElementConnection.open(place).close();
    expect(closed).toEqual([SOCKET]);
    const linux: Linux = {
      ...place.linux,
      setSocketOption: () => {
        throw new SystemCallError('set', 'an option', EPERM);
      },
    };
    expect(() => ElementConnection.open({ ...place, linux })).toThrow(SystemCallError);
    expect(closed).toEqual([SOCKET, SOCKET]);
  });
});
