import { readSync, writeSync } from 'node:fs';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import {
  DatagramBatch,
  decodeNetlinkSocketAddress,
  encodeNetlinkSocketAddress,
  openLinux,
} from '../../src/index.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_USERSOCK = 2;

const linux = openLinux();
const one = new Uint8Array(new BigUint64Array([1n]).buffer);

/** Two netlink sockets of this process, of which the first can send to the second. */
function pair(): { readonly sender: number; readonly receiver: number; readonly to: Uint8Array } {
  const sender = linux.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  const receiver = linux.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  linux.bind(receiver, encodeNetlinkSocketAddress({ portId: 0, groups: 0 }));
  const { portId } = decodeNetlinkSocketAddress(linux.getSocketName(receiver));
  return { sender, receiver, to: encodeNetlinkSocketAddress({ portId, groups: 0 }) };
}

describeKernel('waiting', { needs: ['netns'] }, () => {
  it('for several descriptors ends with the one that has something, while the event loop goes on', async () => {
    const idle = linux.eventfd();
    const awake = linux.eventfd();
    let isOver = false;
    const waiting = linux.waitUntilReadable([idle, awake]).finally(() => {
      isOver = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isOver).toBe(false);
    writeSync(awake, one);
    expect(await waiting).toEqual([awake]);
    readSync(awake, new Uint8Array(8));
    writeSync(idle, one);
    expect(await linux.waitUntilReadable([idle, awake])).toEqual([idle]);
    linux.close(idle);
    linux.close(awake);
  });

  it('is over at once for a descriptor that is no more', async () => {
    const fd = linux.eventfd();
    linux.close(fd);
    expect(await linux.waitUntilReadable([fd])).toEqual([fd]);
  });
});

describeKernel('a batch', { needs: ['netns'] }, () => {
  it('takes the datagrams that are there, each by itself, and says which was cut', async () => {
    const { sender, receiver, to } = pair();
    const batch = new DatagramBatch({ count: 3, length: 8 });
    expect(linux.receiveBatch(receiver, batch)).toBe(0);
    const sent = [[1], [2, 2], Array.from({ length: 9 }, () => 3), [4]];
    for (const bytes of sent) await linux.sendInBackground(sender, Uint8Array.from(bytes), to);
    expect(linux.receiveBatch(receiver, batch)).toBe(3);
    const received = [0, 1, 2].map((index) => batch.datagram(index));
    expect(received.map(({ bytes }) => [...bytes])).toEqual([
      [1],
      [2, 2],
      Array.from({ length: 8 }, () => 3),
    ]);
    expect(received.map(({ truncated }) => truncated)).toEqual([false, false, true]);
    expect(received.map(({ control }) => control)).toEqual([[], [], []]);
    expect(linux.receiveBatch(receiver, batch)).toBe(1);
    expect([...batch.datagram(0).bytes]).toEqual([4]);
    linux.close(sender);
    linux.close(receiver);
  });
});
