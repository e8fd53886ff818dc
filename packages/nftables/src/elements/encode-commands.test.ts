import { decodeMessages, messageFlags } from '@tsnet/netlink';
import { describe, expect, it } from 'vitest';
import { elementCases } from '../../test/element-cases.ts';
import { readSentElements } from '../../test/sent-elements.ts';
import type { NftElement, NftSetSpec } from '../command.ts';
import { Transaction } from '../transaction.ts';
import { nftValue as v } from '../value.ts';
import { encodeCommands } from './encode-commands.ts';
import { elementAttributes, elementMessage } from './message.ts';

const FIRST_OBJECT_TYPE = 10 << 8;
const sent = new Map(readSentElements().map(({ title, datagram }) => [title, datagram]));
const table = { family: 'inet', table: 't' } as const;

/**
 * The messages of a datagram of nft, but for two numbers: those of a list's elements, and that by which sets of the
 * same transaction are known.
 */
function messagesOf(title: string) {
  return decodeMessages(sent.get(title) ?? new Uint8Array())
    .filter(({ type }) => type >= FIRST_OBJECT_TYPE)
    .map(({ type, flags, body }) => {
      const { attributes, ...header } = elementMessage.read(body);
      const { setId: _, list = {}, ...names } = attributes;
      const { elements = [], ...numbered } = list;
      const others = Object.values(numbered).map((payload) => elementAttributes.read(payload));
      const message = { ...header, attributes: { ...names, list: { elements: [...elements, ...others] } } };
      return { type, flags: flags & ~messageFlags.request, message };
    });
}

describe.each(elementCases.map((entry, index) => ({ ...entry, index })))(
  'encodeCommands of $title',
  ({ title, spec, elements, index }) => {
    const set = { ...table, set: `s${index}`, spec };
    const keys = elements.map(({ key }) => key);

    it.each([
      ['adding', new Transaction().addElements(set, elements)],
      ['discarding', new Transaction().discardElements(set, elements)],
      ['ensuring', new Transaction().ensureElements(set, elements)],
      ['deleting', new Transaction().deleteElements(set, keys)],
    ])('says what nft says, when %s', (verb, { commands }) => {
      const requests = encodeCommands(commands)?.map(({ command: _, ...request }) => request);
      const expected = messagesOf(`${verb} ${title}`);
      expect(expected).not.toEqual([]);
      expect(requests).toEqual(expected);
    });
  },
);

describe('encodeCommands', () => {
  const ports = { ...table, set: 'ports', spec: { key: ['inet_service'] } } as const;
  const port = (number: number): NftElement => ({ key: [v.port(number)] });

  it('tells which command a request is part of', () => {
    const { commands } = new Transaction()
      .addElements(ports, [port(1)])
      .discardElements(ports, [port(2)])
      .deleteElements(ports, [port(3).key]);
    expect(encodeCommands(commands)?.map(({ command }) => command)).toEqual([0, 1, 1, 2]);
  });

  it('takes up to 100 elements', () => {
    const many = Array.from({ length: 100 }, (_, index) => port(index));
    expect(encodeCommands(new Transaction().addElements(ports, many).commands)).toHaveLength(1);
    const { commands } = new Transaction().addElements(ports, many).addElements(ports, [port(100)]);
    expect(encodeCommands(commands)).toBeUndefined();
  });

  it('leaves alone what does more than change elements of sets that are known', () => {
    const { spec: _, ...undeclared } = ports;
    for (const transaction of [
      new Transaction().addTable(table).addElements(ports, [port(1)]),
      new Transaction().addElements(ports, [port(1)]).flushSet(ports),
      new Transaction().addElements(ports, [port(1)]).addElements(undeclared, [port(1)]),
    ]) {
      expect(encodeCommands(transaction.commands)).toBeUndefined();
    }
  });

  const map = { key: ['ipv4_addr'], data: ['inet_service'] } as const;
  const address = v.address('10.0.0.1');
  it.each<readonly [string, NftSetSpec, NftElement]>([
    [
      'a range in a key of one field',
      { key: ['inet_service'], interval: true },
      { key: [v.portRange(1, 2)] },
    ],
    ['one value among ranges of one field', { key: ['inet_service'], interval: true }, port(1)],
    ['a mark among ranges', { key: ['mark', 'ipv4_addr'], interval: true }, { key: [v.mark(1), address] }],
    ['a range where there are none', { key: ['inet_service'] }, { key: [v.portRange(1, 2)] }],
    [
      'a range in a key of several',
      { key: ['mark', 'inet_service'] },
      { key: [v.mark(1), v.portRange(1, 2)] },
    ],
    [
      'a prefix with host bits',
      { key: ['ether_addr', 'ipv4_addr'], interval: true },
      { key: [v.mac('02:00:00:00:00:01'), v.prefix('10.0.0.1', 8)] },
    ],
    ['too few fields', { key: ['inet_service', 'mark'] }, port(1)],
    ['too many fields', { key: ['inet_service'] }, { key: [v.port(1), v.port(2)] }],
    ['a value of another type', { key: ['inet_service'] }, { key: [v.protocol(6)] }],
    ['an address of the other family', { key: ['ipv6_addr'] }, { key: [address] }],
    [
      'a prefix of the other family',
      { key: ['mark', 'ipv6_addr'] },
      { key: [v.mark(1), v.prefix('10.0.0.0', 8)] },
    ],
    [
      'a range of the other family',
      { key: ['ifname', 'ipv6_addr'], interval: true },
      { key: [v.link('a'), v.addressRange('10.0.0.1', '10.0.0.2')] },
    ],
    ['no data, in a map', map, { key: [address] }],
    ['data, in a set', { key: ['ipv4_addr'] }, { key: [address], data: [v.port(1)] }],
    ['data of another type', map, { key: [address], data: [v.verdict('drop')] }],
    ['a range as data', map, { key: [address], data: [v.portRange(1, 2)] }],
    [
      'a port for a verdict',
      { ...map, data: ['verdict'] } as NftSetSpec,
      { key: [address], data: [v.port(1)] },
    ],
    ['a verdict as a key', { key: ['verdict'] }, { key: [v.verdict('drop')] }],
  ])('leaves %s to those who know better', (_, spec, element) => {
    const set = { ...table, set: 's', spec };
    const { commands } = new Transaction().ensureElements(set, [element]);
    expect(encodeCommands(commands)).toBeUndefined();
  });
});
