import { IpPrefix } from '@tsnet/inet';
import { describe, expect, it } from 'vitest';
import { findFate } from './fate.ts';
import type { FirewallChain, FirewallRule, FirewallTable } from './firewall-table.ts';
import type { Flow } from './flow.ts';

const flow: Flow = {
  name: 'from web to the outside',
  family: 'ipv4',
  inputLink: 'web',
  outputLink: 'eth0',
  source: IpPrefix.parse('10.1.0.0/24'),
  destination: undefined,
  state: 'new',
  translated: false,
  accepted: false,
};

const accept = { accept: null };
const drop = { drop: null };
const meta = (key: string, right: unknown, op = '==') => ({ match: { op, left: { meta: { key } }, right } });
const saddr = (right: unknown, protocol = 'ip') => ({
  match: { op: '==', left: { payload: { protocol, field: 'saddr' } }, right },
});
const ct = (key: string, right: unknown) => ({ match: { op: 'in', left: { ct: { key } }, right } });

function fate(
  rules: readonly FirewallRule[],
  policy: 'accept' | 'drop' = 'accept',
  others: Readonly<Record<string, readonly FirewallRule[]>> = {},
  changes: Partial<Flow> = {},
): readonly string[] {
  const chain: FirewallChain = { name: 'FORWARD', isForwardHook: true, policy, rules };
  const more = Object.entries(others).map(([name, each]): [string, FirewallChain] => [
    name,
    { name, isForwardHook: false, policy: 'accept', rules: each },
  ]);
  const table: FirewallTable = {
    backend: 'nftables',
    family: 'inet',
    name: 'filter',
    chains: new Map([['FORWARD', chain], ...more]),
    sets: new Map([
      ['mine', ['web', 'db']],
      ['net', [{ prefix: { addr: '10.0.0.0', len: 8 } }]],
    ]),
  };
  const { verdict, some } = findFate(table, chain, { ...flow, ...changes });
  return [verdict, ...[...some].map((each) => `some ${each}`)];
}

describe('findFate', () => {
  it('ends with the policy', () => {
    expect([fate([], 'accept'), fate([], 'drop')]).toEqual([['accepted'], ['dropped']]);
  });

  it.each([
    ['the link', meta('iifname', 'web')],
    ['a pattern', meta('iifname', 'w*')],
    ['a set in braces', meta('oifname', { set: ['eth1', 'eth0'] })],
    ['a named set', meta('iifname', '@mine')],
    ['the absence of another link', meta('iifname', 'docker0', '!=')],
    ['a prefix around', saddr({ prefix: { addr: '10.0.0.0', len: 8 } })],
    ['a range around', saddr({ range: ['10.1.0.0', '10.1.0.255'] })],
    ['a named set of prefixes', saddr('@net')],
    ['the state', ct('state', ['new', 'untracked'])],
    ['the family', meta('nfproto', 'ipv4')],
    ['the protocol', meta('l4proto', { set: [6, 17] })],
  ])('takes a rule on %s for one that all packets meet', (_, condition) => {
    expect(fate([[condition, accept]], 'drop')).toEqual(['accepted']);
    expect(fate([[condition, { reject: null }]])).toEqual(['dropped']);
  });

  it.each([
    ['another link', meta('iifname', 'docker0')],
    ['other addresses', saddr('192.0.2.1')],
    ['another family', saddr({ prefix: { addr: 'fd00::', len: 8 } }, 'ip6')],
    ['a header that packets do not have', { xt: { type: 'match', name: 'rt' } }],
    ['an extension header', { match: { op: '==', left: { exthdr: { name: 'rt' } }, right: true } }],
    ['another state', ct('state', ['established', 'related'])],
    ['translated packets', ct('status', 'dnat')],
    ['another protocol', meta('l4proto', 'icmp')],
    ['a set that has it not', meta('iifname', { set: ['a', 'b'] })],
    ['the absence of its own link', meta('iifname', 'web', '!=')],
  ])('takes a rule on %s for one that none meets', (_, condition) => {
    expect(fate([[condition, drop]])).toEqual(['accepted']);
  });

  it.each([
    ['ports', { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 25 } }],
    ['some of its addresses', saddr('10.1.0.9')],
    ['a mark', meta('mark', 1)],
    ['what xtables matches', { xt: { type: 'match', name: 'conntrack' } }],
    ['a rate', { limit: { rate: 1, per: 'second' } }],
    ['a set that is not known', meta('iifname', '@elsewhere')],
    ['what is no address', saddr({ lookup: 'x' })],
  ])('takes a rule on %s for one that some may meet', (_, condition) => {
    expect(fate([[condition, drop]])).toEqual(['accepted', 'some dropped']);
  });

  it('needs all conditions of a rule, and goes on behind a rule without a verdict', () => {
    expect(fate([[meta('iifname', 'web'), meta('oifname', 'br0'), drop]])).toEqual(['accepted']);
    expect(fate([[{ counter: null }], [{ counter: null }, drop]])).toEqual(['dropped']);
  });

  it('follows jumps and comes back, and does not come back from where it was sent for good', () => {
    const sub = [[meta('iifname', 'docker0'), accept], [{ return: null }], [drop]];
    expect(fate([[{ jump: { target: 'sub' } }], [drop]], 'accept', { sub })).toEqual(['dropped']);
    expect(fate([[{ goto: { target: 'sub' } }], [drop]], 'accept', { sub })).toEqual(['accepted']);
    expect(fate([[{ jump: { target: 'sub' } }]], 'drop', { sub: [[accept]] })).toEqual(['accepted']);
    const perhaps = [[meta('mark', 1), { jump: { target: 'sub' } }]];
    expect(fate(perhaps, 'accept', { sub: [[drop]] })).toEqual(['accepted', 'some dropped']);
  });

  it('ends in chains that lead to each other, or nowhere', () => {
    const loop = [[{ jump: { target: 'loop' } }]];
    expect(fate(loop, 'drop', { loop })).toEqual(['dropped']);
    expect(fate([[{ jump: { target: 'gone' } }]], 'drop')).toEqual(['dropped']);
  });

  it('walks each chain once, however many rules lead to it', () => {
    const names = Array.from({ length: 15 }, (_, index) => `c${index}`);
    const others = Object.fromEntries(
      names.map((name, index) => [
        name,
        Array.from({ length: 20 }, () => [{ jump: { target: names[index + 1] ?? 'end' } }]),
      ]),
    );
    expect(fate([[{ jump: { target: 'c0' } }]], 'drop', others)).toEqual(['dropped']);
  });

  it('looks verdicts up in maps', () => {
    const data = {
      set: [
        ['eth0', { drop: null }],
        ['web', { jump: { target: 'sub' } }],
      ],
    };
    const map = [{ vmap: { key: { meta: { key: 'iifname' } }, data } }];
    expect(fate([map], 'drop', { sub: [[accept]] })).toEqual(['accepted']);
    expect(fate([map], 'accept', {}, { inputLink: 'eth0' })).toEqual(['dropped']);
  });

  it("knows the target of iptables' that rejects", () => {
    expect(fate([[{ xt: { type: 'target', name: 'REJECT' } }]])).toEqual(['dropped']);
    expect(fate([[{ xt: { type: 'target', name: 'LOG' } }]])).toEqual(['accepted']);
  });
});
