import { describe, expect, it } from 'vitest';
import { CorruptNftablesListingError } from './errors.ts';
import { parseListing } from './listing.ts';

const list = (...objects: unknown[]) => parseListing(JSON.stringify({ nftables: objects }));
const place = { family: 'inet', table: 't', handle: 3 };
const set = (type: unknown, elem: unknown[], more = {}) => ({
  set: { ...place, name: 's', type, elem, ...more },
});

describe('parseListing', () => {
  it('reads tables, chains and rules, and passes over the rest', () => {
    const listing = list(
      { metainfo: { version: '1.0.6' } },
      { table: { family: 'inet', name: 't', handle: 1 } },
      { chain: { ...place, name: 'c', type: 'nat', hook: 'prerouting', prio: -100, policy: 'accept' } },
      { chain: { ...place, name: 'd' } },
      { rule: { ...place, chain: 'c', comment: 'z', expr: [{ drop: null }] } },
      { counter: { ...place, name: 'n' } },
    );
    expect(listing.tables).toEqual([{ family: 'inet', table: 't', handle: 1 }]);
    expect(listing.chains).toEqual([
      { ...place, chain: 'c', hook: { type: 'nat', hook: 'prerouting', priority: -100, policy: 'accept' } },
      { ...place, chain: 'd', hook: undefined },
    ]);
    expect(listing.rules).toEqual([{ ...place, chain: 'c', comment: 'z', expression: [{ drop: null }] }]);
    expect(listing.sets).toEqual([]);
  });

  it('reads a map of concatenated fields', () => {
    const elem = [
      [{ concat: [17, 53] }, { concat: ['10.0.0.1', 53] }],
      [{ elem: { val: { concat: [6, { range: [80, 89] }] }, comment: 'ü' } }, { concat: ['10.0.0.1', 80] }],
    ];
    const map = {
      ...place,
      name: 'm',
      type: ['inet_proto', 'inet_service'],
      map: 'ipv4_addr . inet_service',
      elem,
    };
    const [found] = list({ map }).sets;
    expect(found).toMatchObject({
      set: 'm',
      key: ['inet_proto', 'inet_service'],
      data: ['ipv4_addr', 'inet_service'],
    });
    expect(found?.elements).toMatchObject([
      {
        key: [
          { type: 'protocol', protocol: 17 },
          { type: 'port', port: 53 },
        ],
        data: [
          { type: 'address', address: '10.0.0.1' },
          { type: 'port', port: 53 },
        ],
        comment: undefined,
      },
      { key: [{ protocol: 6 }, { type: 'port-range', first: 80, last: 89 }], comment: 'ü' },
    ]);
  });

  it.each([
    ['ipv4_addr', { prefix: { addr: '0.0.0.0', len: 0 } }, { type: 'prefix', address: '0.0.0.0', length: 0 }],
    ['ipv6_addr', { range: ['::1', '::9'] }, { type: 'address-range', first: '::1', last: '::9' }],
    ['ifname', 'br0', { type: 'link', name: 'br0' }],
    ['mark', 5, { type: 'mark', mark: 5 }],
    ['ether_addr', '02:00:00:00:00:01', { type: 'mac', mac: '02:00:00:00:00:01' }],
    ['ct_state', 'new', { type: 'other', json: 'new' }],
    ['ipv4_addr', { odd: 1 }, { type: 'other', json: { odd: 1 } }],
    ['inet_proto', 'tcp', { type: 'other', json: 'tcp' }],
  ])('reads a field of %s: %j', (type, json, value) => {
    expect(list(set(type, [json])).sets[0]?.elements[0]?.key).toEqual([value]);
  });

  it.each([
    [{ drop: null }, { type: 'verdict', verdict: 'drop' }],
    [{ jump: { target: 'd' } }, { type: 'verdict', verdict: 'jump', chain: 'd' }],
    [{ jump: {} }, { type: 'other', json: { jump: {} } }],
    [{ queue: 1 }, { type: 'other', json: { queue: 1 } }],
  ])('reads the verdict %j', (json, value) => {
    const [found] = list(set('ifname', [['br0', json]], { map: 'verdict' })).sets;
    expect(found?.elements[0]?.data).toEqual([value]);
  });

  it('reads timeouts', () => {
    const [found] = list(set('mark', [{ elem: { val: 5, timeout: 30, expires: 29 } }])).sets;
    expect(found?.elements[0]).toMatchObject({ timeoutSeconds: 30, expiresSeconds: 29 });
  });

  it.each([
    ['no JSON', 'x'],
    ['no list', '{}'],
    ['a table with no name', JSON.stringify({ nftables: [{ table: { family: 'inet', handle: 1 } }] })],
    [
      'a handle that is text',
      JSON.stringify({ nftables: [{ table: { family: 'inet', name: 't', handle: '1' } }] }),
    ],
    ['a set with no type', JSON.stringify({ nftables: [set(undefined, [])] })],
    [
      'elements that are no list',
      JSON.stringify({ nftables: [{ set: { ...place, name: 's', type: 'mark', elem: 5 } }] }),
    ],
    ['a map element that is no pair', JSON.stringify({ nftables: [set('mark', [5], { map: 'mark' })] })],
    ['a key with a field missing', JSON.stringify({ nftables: [set(['mark', 'mark'], [{ concat: [1] }])] })],
  ])('refuses %s', (_, output) => {
    expect(() => parseListing(output)).toThrow(CorruptNftablesListingError);
  });
});
