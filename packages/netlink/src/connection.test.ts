import { SystemCallError } from '@tsnet/linux';
import { describe, expect, it } from 'vitest';
import { type Datagram, done, FAKE_SOCKET, type FakeLinux, fakeLinux, verdict } from '../test/fake-linux.ts';
import { NetlinkConnection, netlinkProtocols } from './connection.ts';
import {
  ConnectionBusyError,
  ConnectionClosedError,
  DumpInterruptedError,
  NetlinkError,
  NoReplyError,
  RepliesLostError,
} from './errors.ts';
import type { NetlinkRequest } from './request.ts';
import { controlTypes, messageFlags, type RawMessage } from './wire/header.ts';

const OBJECT = 16;
const EEXIST = 17;
const ENOBUFS = 105;

function request(subject = 'a thing'): NetlinkRequest {
  return { type: 20, flags: messageFlags.create, body: (writer) => writer.u32(1), operation: 'add', subject };
}

function object(sequence: number, byte: number, flags = 0) {
  return { type: OBJECT, flags, sequence, body: Uint8Array.of(byte) };
}

/** A connection to a kernel that answers each datagram with what `answer` makes of its last message's sequence. */
function connect(
  answer: (last: number, turn: number) => readonly Datagram[],
): FakeLinux & { connection: NetlinkConnection } {
  const fake = fakeLinux((requests, turn) => answer(requests.at(-1)?.sequence ?? 0, turn));
  return { ...fake, connection: NetlinkConnection.open({ linux: fake.linux }) };
}

function only(requests: readonly RawMessage[][]): readonly RawMessage[] {
  expect(requests.length).toBe(1);
  return requests[0] ?? [];
}

describe('send', () => {
  it('numbers requests one after the other and asks for one verdict, on the last', () => {
    const { connection, requests } = connect((last) => [[verdict(last)]]);
    connection.send(request(), request());
    connection.send(request());
    const flags = messageFlags.request | messageFlags.create;
    const sent = requests.map((datagram) => datagram.map((message) => [message.sequence, message.flags]));
    expect(sent).toEqual([
      [
        [1, flags],
        [2, flags | messageFlags.acknowledge],
      ],
      [[3, flags | messageFlags.acknowledge]],
    ]);
  });

  it('does nothing when there is nothing to send', () => {
    const { connection, requests } = connect(() => []);
    connection.send();
    expect(requests).toEqual([]);
  });

  it('names the request that was refused, in the middle of others', () => {
    const { connection } = connect((last) => [[verdict(last - 1, EEXIST)], [verdict(last)]]);
    const send = () => connection.send(request('a'), request('b'), request('c'));
    expect(send).toThrow('cannot add b: already exists (EEXIST)');
  });

  it('reports the first of several refusals, and leaves none for the next request', () => {
    const { connection } = connect((last, turn) =>
      turn === 1 ? [[verdict(last - 1, EEXIST), verdict(last, 1)]] : [[verdict(last)]],
    );
    expect(() => connection.send(request('a'), request('b'))).toThrow(
      'cannot add a: already exists (EEXIST)',
    );
    connection.send(request('c'));
  });

  it('passes over replies to a request that was given up', () => {
    const { connection } = connect((last, turn) =>
      turn === 1 ? [] : [[verdict(last - 1, EEXIST)], [verdict(last)]],
    );
    expect(() => connection.send(request())).toThrow(NoReplyError);
    connection.send(request());
  });

  it('says so when no reply comes', () => {
    const { connection } = connect(() => []);
    expect(() => connection.send(request())).toThrow('cannot add a thing: the kernel sent no reply');
  });

  it.each([
    ['receive(2) fails with ENOBUFS', new SystemCallError('receive from', 'a socket', ENOBUFS)],
    ['the kernel says overrun', [{ type: controlTypes.overrun, sequence: 1 }]],
  ])('says that replies were lost when %s', (_when, datagram) => {
    const { connection } = connect((_last, turn) => (turn === 1 ? [datagram] : [[verdict(2)]]));
    expect(() => connection.send(request())).toThrow(RepliesLostError);
    connection.send(request());
  });

  it('lets any other failure of the socket pass', () => {
    const failure = new SystemCallError('receive from', 'a socket', 9);
    const { connection } = connect(() => [failure]);
    expect(() => connection.send(request())).toThrow(failure);
  });
});

describe('get', () => {
  it('asks for the object alone, not for a verdict as well', () => {
    const { connection, requests } = connect((last) => [[object(last, 5)]]);
    expect(connection.get(request())).toEqual(Uint8Array.of(5));
    expect(only(requests)[0]?.flags).toBe(messageFlags.request | messageFlags.create);
  });

  it('passes over replies to an earlier request', () => {
    const { connection } = connect((last) => [
      [object(last - 1, 9), verdict(last - 1, EEXIST)],
      [object(last, 5)],
    ]);
    expect(connection.get(request())).toEqual(Uint8Array.of(5));
  });

  it('throws what the kernel refuses with, unless that says that there is none', () => {
    const { connection } = connect((last) => [[verdict(last, EEXIST)]]);
    expect(() => connection.get(request())).toThrow('cannot add a thing: already exists (EEXIST)');
    expect(() => connection.find(request(), new Set([ENOBUFS]))).toThrow(NetlinkError);
    expect(connection.find(request(), new Set([EEXIST]))).toBeUndefined();
  });

  it('leaves an object alone that another connection has received', () => {
    const one = connect((last) => [[object(last, 5)]]).connection.get(request());
    const other = connect((last) => [[object(last, 6)]]).connection.get(request());
    expect([one, other]).toEqual([Uint8Array.of(5), Uint8Array.of(6)]);
  });

  it('returns the object that stands before the verdict', () => {
    const { connection } = connect((last) => [[object(last, 5)], [verdict(last)]]);
    expect(connection.get(request())).toEqual(Uint8Array.of(5));
  });

  it('returns a copy, which later replies do not touch', () => {
    const { connection } = connect((last) => [[object(last, last), verdict(last)]]);
    const first = connection.get(request());
    connection.get(request());
    expect(first).toEqual(Uint8Array.of(1));
  });

  it('says so when the kernel agrees but sends no object', () => {
    const { connection } = connect((last) => [[{ type: controlTypes.noop, sequence: last }, verdict(last)]]);
    expect(() => connection.get(request())).toThrow(NoReplyError);
  });
});

describe('dump', () => {
  const part = messageFlags.multipart;

  it('collects the parts of all datagrams', () => {
    const { connection, requests } = connect((last) => [
      [object(last, 1, part), object(last, 2, part)],
      [object(last, 3, part)],
      [done(last)],
    ]);
    expect(connection.dump(request())).toEqual([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]);
    const [message] = only(requests);
    expect(message?.flags).toBe(
      messageFlags.request | messageFlags.acknowledge | messageFlags.create | messageFlags.dump,
    );
  });

  it('reads again when the table changed meanwhile, whatever part says so', () => {
    const interrupted = part | messageFlags.dumpInterrupted;
    const { connection, requests } = connect((last, turn) => {
      if (turn === 1) return [[object(last, 1, interrupted)], [done(last)]];
      if (turn === 2) return [[object(last, 2, part)], [done(last, 0, interrupted)]];
      return [[object(last, 3, part), done(last)]];
    });
    expect(connection.dump(request())).toEqual([Uint8Array.of(3)]);
    expect(requests.length).toBe(3);
  });

  it('gives up when the table never stops changing', () => {
    const { connection, requests } = connect((last) => [[done(last, 0, messageFlags.dumpInterrupted)]]);
    expect(() => connection.dump(request('things'))).toThrow(DumpInterruptedError);
    expect(requests.length).toBe(10);
    expect(() => connection.dump(request('things'))).toThrow(
      /^cannot add things: the kernel's tables changed/,
    );
  });

  it.each([
    ['at its end', (last: number) => done(last, EEXIST)],
    ['at its start', (last: number) => verdict(last, EEXIST)],
  ])('is refused %s', (_when, reply) => {
    const { connection } = connect((last) => [[reply(last)]]);
    expect(() => connection.dump(request())).toThrow(NetlinkError);
  });

  it('passes over replies to earlier requests', () => {
    const { connection } = connect((last) => [[object(last - 1, 9)], [object(last, 1)], [done(last)]]);
    expect(connection.dump(request())).toEqual([Uint8Array.of(1)]);
  });

  it('that is given up is read to its end before the next request, which the kernel would refuse', () => {
    const failure = new SystemCallError('receive from', 'a socket', ENOBUFS);
    const { linux } = fakeLinux(([first], turn) => {
      const own = first?.sequence ?? 0;
      const whole = [[object(own, turn)], [done(own)]];
      return turn === 1 ? [failure, ...whole] : whole;
    });
    const calls: string[] = [];
    const noting: typeof linux = {
      ...linux,
      send(fd, bytes) {
        calls.push('send');
        return linux.send(fd, bytes);
      },
      receive(fd, into) {
        calls.push('receive');
        return linux.receive(fd, into);
      },
    };
    const connection = NetlinkConnection.open({ linux: noting });
    expect(() => connection.dump(request())).toThrow(RepliesLostError);
    calls.length = 0;
    expect(connection.dump(request())).toEqual([Uint8Array.of(2)]);
    // What was left, and that there is no more of it, comes first.
    expect(calls).toEqual(['receive', 'receive', 'receive', 'send', 'receive', 'receive']);
  });

  it('says so when it breaks off', () => {
    const { connection } = connect((last) => [[object(last, 1, part)]]);
    expect(() => connection.dump(request())).toThrow(NoReplyError);
  });
});

describe('sendInBackground', () => {
  it('resolves with the verdict', async () => {
    const { connection } = connect((last, turn) => [[verdict(last, turn === 1 ? 0 : EEXIST)]]);
    await connection.sendInBackground(request());
    await expect(connection.sendInBackground(request('b'))).rejects.toThrow(
      'cannot add b: already exists (EEXIST)',
    );
  });

  it('takes several requests at once, and names the one that was refused', async () => {
    const { connection, requests } = connect((last, turn) =>
      turn === 1 ? [[verdict(last)]] : [[verdict(last - 1, EEXIST)], [verdict(last)]],
    );
    await connection.sendInBackground(request(), request());
    expect(only(requests).map(({ sequence }) => sequence)).toEqual([1, 2]);
    await expect(connection.sendInBackground(request('a'), request('b'))).rejects.toThrow('cannot add a');
    await connection.sendInBackground();
    expect(requests.length).toBe(2);
  });

  it('keeps the connection to itself until then', async () => {
    const { connection } = connect((last) => [[verdict(last)]]);
    const sending = connection.sendInBackground(request());
    expect(() => connection.send(request())).toThrow(ConnectionBusyError);
    expect(() => connection.dump(request())).toThrow(ConnectionBusyError);
    await expect(connection.sendInBackground(request())).rejects.toThrow(ConnectionBusyError);
    await sending;
    connection.send(request());
  });

  it('closes the socket only afterwards', async () => {
    const { connection, closed } = connect((last) => [[verdict(last)]]);
    const sending = connection.sendInBackground(request());
    connection.close();
    expect(closed).toEqual([]);
    await sending;
    expect(closed).toEqual([FAKE_SOCKET]);
    expect(() => connection.send(request())).toThrow(ConnectionClosedError);
  });
});

describe('a connection', () => {
  it('asks for explanations and short acknowledgements, and for strict checks where there are some', () => {
    const route = fakeLinux(() => []);
    NetlinkConnection.open({ linux: route.linux });
    expect(route.options).toEqual(['270/11', '270/10', '270/12']);
    const netfilter = fakeLinux(() => []);
    NetlinkConnection.open({ linux: netfilter.linux, protocol: netlinkProtocols.netfilter });
    expect(netfilter.options).toEqual(['270/11', '270/10']);
  });

  it('leaves no socket behind when it cannot be opened', () => {
    const fake = fakeLinux(() => []);
    const failure = new SystemCallError('set', 'a socket option', 1);
    const setSocketOption = () => {
      throw failure;
    };
    expect(() => NetlinkConnection.open({ linux: { ...fake.linux, setSocketOption } })).toThrow(failure);
    expect(fake.closed).toEqual([FAKE_SOCKET]);
  });

  it('closes once, and is of no use afterwards', () => {
    const { connection, closed } = connect(() => []);
    connection.close();
    connection[Symbol.dispose]();
    expect(closed).toEqual([FAKE_SOCKET]);
    expect(() => connection.send(request())).toThrow('cannot add a thing: the netlink connection is closed');
    expect(() => connection.get(request())).toThrow(ConnectionClosedError);
    expect(() => connection.dump(request())).toThrow(ConnectionClosedError);
  });
});
