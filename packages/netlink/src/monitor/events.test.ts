import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectSafeCuts, expectSameBytes, readOrRefusal } from '../../test/codec.ts';
import { fromHex } from '../../test/fixture.ts';
import { addressMessage } from '../address/message.ts';
import { linkMessage } from '../link/message.ts';
import { routeMessage } from '../route/message.ts';
import type { AttributeCodec } from '../wire/attribute.ts';
import { decodeMessages, type RawMessage } from '../wire/header.ts';
import type { NetlinkEvent } from './events.ts';
import { generationMessage, readFirewallMessage } from './firewall-message.ts';
import { FirewallTransactions } from './firewall-transactions.ts';
import { LatestLinks } from './latest-links.ts';
import { routeEventKind } from './read-route-event.ts';

interface Captured {
  readonly line: string;
  readonly datagrams: readonly {
    readonly protocol: 'route' | 'netfilter';
    readonly netnsId?: number;
    readonly hex: string;
  }[];
}

const captured: readonly Captured[] = JSON.parse(
  readFileSync(new URL('../../test/fixtures/events.json', import.meta.url), 'utf8'),
);

function messagesOf(protocol: string): readonly RawMessage[] {
  return captured
    .flatMap(({ datagrams }) => datagrams)
    .filter((datagram) => datagram.protocol === protocol)
    .flatMap(({ hex }) => decodeMessages(fromHex(hex)));
}

/** What is told of a change, read at once. */
function eventsOf(line: string): readonly NetlinkEvent[] {
  const links = new LatestLinks();
  const transactions = new FirewallTransactions();
  const { datagrams = [] } = captured.find((each) => each.line.startsWith(line)) ?? {};
  const firewall = datagrams.flatMap(({ protocol, netnsId, hex }) =>
    decodeMessages(fromHex(hex)).flatMap((message) => {
      if (protocol === 'netfilter') return transactions.add(message) ?? [];
      const kind = routeEventKind(message);
      if (kind !== undefined) links.add(kind, message.body, netnsId);
      return [];
    }),
  );
  return [...links.events(), ...firewall];
}

const codecs: ReadonlyMap<string, AttributeCodec<unknown>> = new Map<string, AttributeCodec<unknown>>([
  ['link-changed', linkMessage as AttributeCodec<unknown>],
  ['link-deleted', linkMessage as AttributeCodec<unknown>],
  ['address-added', addressMessage as AttributeCodec<unknown>],
  ['address-deleted', addressMessage as AttributeCodec<unknown>],
  ['route-added', routeMessage as AttributeCodec<unknown>],
  ['route-replaced', routeMessage as AttributeCodec<unknown>],
  ['route-deleted', routeMessage as AttributeCodec<unknown>],
]);

describe('messages to groups', () => {
  it('decode, and encode to the same bytes', () => {
    const kinds = new Set<string>();
    for (const message of messagesOf('route')) {
      const kind = routeEventKind(message);
      const codec = codecs.get(kind ?? '');
      if (kind === undefined || codec === undefined) continue;
      kinds.add(kind);
      expectSameBytes(codec, message.body);
    }
    expect(kinds).toEqual(new Set(codecs.keys()));
  });

  it('about a transaction decode, and are safe to cut', () => {
    const generations = messagesOf('netfilter').filter(({ type }) => (type & 0xff) === 15);
    expect(generations.length).toBe(4);
    for (const { body } of generations) {
      expectSameBytes(generationMessage, body);
      expectSafeCuts(generationMessage, body);
    }
    for (const { type, body } of messagesOf('netfilter')) {
      for (let end = 0; end < body.length; end++) {
        const cut = readOrRefusal(() => readFirewallMessage(type, body.subarray(0, end)));
        expect(cut).toBeDefined();
      }
    }
  });
});

describe('events', () => {
  it.each([
    ['ip link add br0', [{ kind: 'link-changed', netnsId: undefined, link: { ifName: 'br0', up: false } }]],
    [
      'ip link set veth0 master',
      [
        { kind: 'link-changed', link: { ifName: 'veth0', alias: 'tsnet:one', master: expect.any(Number) } },
        { kind: 'link-changed', link: { ifName: 'br0' } },
      ],
    ],
    ['ip address del', [{ kind: 'address-deleted' }, { kind: 'route-deleted' }]],
    [
      'ip -n inside route replace',
      [{ kind: 'route-replaced', netnsId: 0, route: { ifIndex: expect.any(Number) } }],
    ],
    ['ip -n inside route del default via fd00', [{ kind: 'route-deleted', netnsId: 0 }]],
    [
      'nft add set',
      [
        {
          kind: 'firewall-changed',
          program: 'nft',
          processId: expect.any(Number),
          changes: [
            { change: 'added', what: 'set', family: 1, table: 'one' },
            { change: 'added', what: 'element', family: 1, table: 'one' },
          ],
        },
      ],
    ],
    [
      'nft delete table',
      [
        {
          kind: 'firewall-changed',
          changes: [
            { change: 'deleted', what: 'set', family: 1, table: 'one' },
            { change: 'deleted', what: 'table', family: 1, table: 'one' },
          ],
        },
      ],
    ],
  ])('tell what `%s` has done', (line, events) => {
    expect(eventsOf(line)).toMatchObject(events);
  });

  it('tell the last change of a link alone, and do not take the port of a bridge for a link', () => {
    const events = eventsOf('ip link set veth0 nomaster');
    expect(events.map(({ kind }) => kind)).toEqual(['link-changed', 'link-changed']);
    expect(eventsOf('ip link del veth0')).toMatchObject([
      { kind: 'link-changed', netnsId: undefined },
      ...Array.from({ length: 2 }, () => ({ kind: 'route-deleted', netnsId: undefined })),
      { kind: 'address-deleted' },
      { kind: 'link-changed', netnsId: 0 },
      ...Array.from({ length: 4 }, () => ({ kind: 'route-deleted', netnsId: 0 })),
      { kind: 'address-deleted' },
      { kind: 'address-deleted' },
      { kind: 'link-deleted', netnsId: undefined, link: { ifName: 'veth0', alias: 'tsnet:one' } },
      { kind: 'link-deleted', netnsId: 0, link: { ifName: 'veth1' } },
    ]);
  });

  it('of a transaction whose beginning was lost are forgotten', () => {
    const transactions = new FirewallTransactions();
    const [first, second] = messagesOf('netfilter');
    if (first === undefined || second === undefined) throw new Error('nothing was captured');
    transactions.add(first);
    transactions.forget();
    expect(transactions.add(second)).toMatchObject({ kind: 'firewall-changed', changes: [] });
  });
});
