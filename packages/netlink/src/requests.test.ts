import { readFileSync } from 'node:fs';
import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../test/fixture.ts';
import { addressMessage } from './address/message.ts';
import { addAddress } from './address/service.ts';
import { bridgeAttributes } from './link/attributes.ts';
import { linkMessage, vethAttributes } from './link/message.ts';
import { createBridge, createVeth } from './link/requests.ts';
import { neighborMessage } from './neighbor/message.ts';
import { setNeighbor } from './neighbor/service.ts';
import type { NetlinkRequest } from './request.ts';
import { routeMessage } from './route/message.ts';
import { addRoute } from './route/service.ts';
import type { AttributeCodec } from './wire/attribute.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { decodeMessages, encodeMessage } from './wire/header.ts';

const captured: readonly { readonly name: string; readonly sent: string }[] = JSON.parse(
  readFileSync(new URL('../test/fixtures/requests.json', import.meta.url), 'utf8'),
);

/** The message of `ip`, and ours for the same command. */
function messages(name: string, { type, flags, body }: NetlinkRequest) {
  const theirs = fromHex(captured.find((one) => one.name === name)?.sent ?? '');
  const writer = new ByteWriter();
  // Every request of ip asks for an acknowledgement; of ours the connection decides it.
  encodeMessage(writer, { type, flags: flags | 5, sequence: 0 }, body);
  return [theirs, writer.bytes].map((datagram) => decodeMessages(datagram)[0]);
}

/** Expects the same type and flags, and the same values: the order of attributes and the closing NUL may differ. */
function expectLikeIp<T>(name: string, request: NetlinkRequest, codec: AttributeCodec<T>): readonly [T, T] {
  const [theirs, ours] = messages(name, request);
  expect({ type: ours?.type, flags: ours?.flags }).toEqual({ type: theirs?.type, flags: theirs?.flags });
  return [codec.read(theirs?.body ?? new Uint8Array()), codec.read(ours?.body ?? new Uint8Array())];
}

describe('requests ask for what ip asks for', () => {
  it('to create a veth pair, its other end in a namespace', () => {
    const request = createVeth({
      ifName: 'web0',
      mac: MacAddress.parse('02:00:00:00:00:04'),
      mtu: 1400,
      peer: { ifName: 'web1', mac: MacAddress.parse('02:00:00:00:00:05'), netnsFd: 3 },
    });
    const [theirs, ours] = expectLikeIp('create veth pair', request, linkMessage);
    const { linkInfo: theirInfo, ...theirOwn } = theirs.attributes;
    const { linkInfo: ourInfo, ...ourOwn } = ours.attributes;
    // ip leaves the number of queues to the kernel.
    expect(ourOwn).toEqual({ ...theirOwn, transmitQueues: 1, receiveQueues: 1 });
    expect(ourInfo?.kind).toBe(theirInfo?.kind);

    const { peer: theirPeer } = vethAttributes.read(theirInfo?.data ?? new Uint8Array());
    const { peer: ourPeer } = vethAttributes.read(ourInfo?.data ?? new Uint8Array());
    // ip gives this MTU to its own end alone, and has opened the namespace under a number of its own.
    const theirNetnsFd = theirPeer?.attributes.netnsFd;
    expect(theirNetnsFd).toBeTypeOf('number');
    expect(ourPeer).toEqual({
      ...theirPeer,
      attributes: { ...theirPeer?.attributes, mtu: 1400, netnsFd: 3, transmitQueues: 1, receiveQueues: 1 },
    });
  });

  it('to create a bridge', () => {
    const request = createBridge({ ifName: 'br2', mac: MacAddress.parse('02:00:00:00:00:06') });
    const [theirs, ours] = expectLikeIp('create bridge', request, linkMessage);
    expect({ ...ours.attributes, linkInfo: undefined }).toEqual({
      ...theirs.attributes,
      linkInfo: undefined,
    });
    expect(ours.attributes.linkInfo).toEqual(theirs.attributes.linkInfo);
    const data = ours.attributes.linkInfo?.data ?? new Uint8Array();
    expect(bridgeAttributes.read(data)).toEqual({ forwardDelay: 0, stpState: 0 });
  });

  it('to add an address', () => {
    const request = addAddress(2, IpPrefix.parse('10.1.3.1/24'));
    const [theirs, ours] = expectLikeIp('add address', request, addressMessage);
    expect(ours).toEqual(theirs);
  });

  it('to add a route', () => {
    const request = addRoute({
      destination: IpPrefix.parse('10.7.0.0/16'),
      gateway: IpAddress.parse('10.1.2.1'),
      ifIndex: 3,
      priority: 30,
    });
    const [theirs, ours] = expectLikeIp('add route', request, routeMessage);
    // ip calls the routes that it makes "boot".
    expect({ ...ours, protocol: 3 }).toEqual(theirs);
  });

  it('to set a neighbor', () => {
    const request = setNeighbor(3, IpAddress.parse('10.1.2.7'), MacAddress.parse('02:00:00:00:00:07'));
    const [theirs, ours] = expectLikeIp('set neighbor', request, neighborMessage);
    expect(ours).toEqual(theirs);
  });
});
