import type { FirewallChain, FirewallRule, FirewallTable } from '@tsnet/nftables/foreign';
import { describe, expect, it } from 'vitest';
import { facts, network, settings, subnet } from '../../test/facts.ts';
import { checkFirewall } from './check-firewall.ts';

const accept = { accept: null };
const on = (key: 'iifname' | 'oifname', right: string) => ({
  match: { op: '==', left: { meta: { key } }, right },
});
const port = { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 25 } };
const answers = { xt: { type: 'match', name: 'conntrack' } };

function table(
  rules: readonly FirewallRule[],
  changes: Partial<FirewallTable> = {},
  more: readonly string[] = [],
): FirewallTable {
  const chain: FirewallChain = { name: 'FORWARD', isForwardHook: true, policy: 'drop', rules };
  const others = more.map((name): [string, FirewallChain] => [
    name,
    { name, isForwardHook: false, policy: 'accept', rules: [] },
  ]);
  return {
    backend: 'nftables',
    family: 'ip',
    name: 'filter',
    chains: new Map([['FORWARD', chain], ...others]),
    sets: new Map(),
    ...changes,
  };
}

/** A network that tsnet adds no jump for. */
const byHand = { firewall: 'nftables' } as const;

describe('checkFirewall', () => {
  it('says which packets of which network a chain drops, and what lets them through', () => {
    const networks = [network(byHand, { endpoints: 1, ports: ['8080:80'] })];
    expect(checkFirewall(facts({ networks, nftables: [table([])] }))).toMatchObject([
      {
        code: 'FIREWALL_DROPS_FORWARDED',
        severity: 'problem',
        subject: 'table ip filter, chain FORWARD',
        what: 'It drops packets from web to the outside, that answer web, to published ports of web.',
        commands: ['iptables -I FORWARD -i web -j ACCEPT', 'iptables -I FORWARD -o web -j ACCEPT'],
      },
    ]);
  });

  it('is content when both directions are let through', () => {
    const through = table([
      [on('iifname', 'web'), accept],
      [on('oifname', 'web'), accept],
    ]);
    expect(checkFirewall(facts({ networks: [network()], nftables: [through] }))).toEqual([]);
    const half = table([[on('iifname', 'web'), accept]]);
    expect(checkFirewall(facts({ networks: [network()], nftables: [half] }))).toMatchObject([
      { what: 'It drops packets that answer web.' },
    ]);
  });

  it('believes that answers are accepted where a rule may do so', () => {
    const usual = table([
      [answers, accept],
      [on('iifname', 'web'), accept],
    ]);
    expect(checkFirewall(facts({ networks: [network()], nftables: [usual] }))).toMatchObject([
      { code: 'FIREWALL_DROPS_SOME', severity: 'warning' },
    ]);
  });

  it('warns of rules that drop some', () => {
    const some = table([[port, { drop: null }], [accept]]);
    expect(checkFirewall(facts({ networks: [network()], nftables: [some] }))).toMatchObject([
      { code: 'FIREWALL_DROPS_SOME', severity: 'warning' },
    ]);
  });

  it('judges what the first network would meet where there is none, but for what tsnet passes by itself', () => {
    expect(checkFirewall(facts({ legacyTables: [table([], { backend: 'iptables-legacy' })] }))).toEqual([]);
    expect(checkFirewall(facts({ nftables: [table([], { family: 'inet', name: 'my' })] }))).toMatchObject([
      {
        subject: 'table inet my, chain FORWARD',
        what: 'It drops packets from networks to the outside, that answer networks.',
        commands: [
          'nft insert rule inet my FORWARD iifname BRIDGE accept',
          'nft insert rule inet my FORWARD oifname BRIDGE accept',
        ],
      },
    ]);
  });

  it('leaves to tsnet what tsnet lets through itself, and that alone', () => {
    const networks = [network(), network({ ...byHand, ifName: 'other' })];
    expect(checkFirewall(facts({ networks, nftables: [table([])] }))).toMatchObject([
      { what: 'It drops packets from web to the outside, that answer web.', commands: ['tsnet reconcile'] },
      {
        what: 'It drops packets from other to the outside, that answer other.',
        commands: ['iptables -I FORWARD -i other -j ACCEPT', 'iptables -I FORWARD -o other -j ACCEPT'],
      },
    ]);
    const jump = table([[{ jump: { target: 'TSNET-FORWARD' } }]]);
    expect(checkFirewall(facts({ networks, nftables: [jump] }))).toMatchObject([
      { what: 'It drops packets from other to the outside, that answer other.' },
    ]);
  });

  it('tells of a rule that keeps a network out how to let it through by hand', () => {
    const kept = table([[on('iifname', 'web'), { drop: null }], [{ jump: { target: 'TSNET-FORWARD' } }]]);
    expect(checkFirewall(facts({ networks: [network()], nftables: [kept] }))).toMatchObject([
      {
        what: 'It drops packets from web to the outside.',
        commands: [expect.stringMatching(/^iptables -I/), expect.anything()],
      },
    ]);
  });

  it('looks at the families that a table and a network both have', () => {
    const nftables = [table([], { family: 'ip6' })];
    expect(checkFirewall(facts({ networks: [network()], nftables }))).toEqual([]);
    const ipv6 = network({ ...byHand, subnets: [subnet('fd00::/64')] });
    expect(checkFirewall(facts({ networks: [ipv6], nftables }))).toMatchObject([
      { commands: [expect.stringMatching(/^ip6tables /), expect.stringMatching(/^ip6tables /)] },
    ]);
  });

  it('looks within a network where bridged frames pass the firewall, and there alone at an internal one', () => {
    const networks = [network({ internal: true })];
    expect(checkFirewall(facts({ networks, nftables: [table([])] }))).toEqual([]);
    const filtered = settings({ bridgedFramesFiltered: { ipv4: true, ipv6: false } });
    expect(checkFirewall(facts({ networks, nftables: [table([])], settings: filtered }))).toMatchObject([
      { what: 'It drops packets within web.' },
    ]);
  });

  it.each([
    ['Docker', table([], {}, ['DOCKER-USER']), 'iptables -I DOCKER-USER -i web -j ACCEPT'],
    ['ufw', table([], {}, ['ufw-before-forward']), 'ufw route allow in on web'],
    [
      'firewalld',
      table([], { family: 'inet', name: 'firewalld' }),
      'firewall-cmd --permanent --zone=trusted --add-interface=web',
    ],
    [
      'others',
      table([], { family: 'inet', name: 'my' }),
      'nft insert rule inet my FORWARD iifname web accept',
    ],
  ])('speaks in the terms of %s', (_, found, command) => {
    const [finding] = checkFirewall(facts({ networks: [network(byHand)], nftables: [found] }));
    expect(finding?.commands[0]).toBe(command);
  });

  it('quotes what a shell would take apart', () => {
    const networks = [network({ ...byHand, ifName: 'a;b' })];
    const [finding] = checkFirewall(facts({ networks, nftables: [table([])] }));
    expect(finding?.commands[0]).toBe("iptables -I FORWARD -i 'a;b' -j ACCEPT");
  });
});
