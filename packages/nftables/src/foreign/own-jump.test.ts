import { describe, expect, it } from 'vitest';
import type { FirewallChain, FirewallRule, FirewallTable } from './firewall-table.ts';
import { countOwnJumps, ownJumpPosition, withOwnJump, withoutOwnJumps } from './own-jump.ts';

const jump = { jump: { target: 'TSNET-FORWARD' } };
const drop = { drop: null };
const answers = [{ xt: { type: 'match', name: 'conntrack' } }, { accept: null }];
const about = (link: string) => ({ match: { op: '==', left: { meta: { key: 'iifname' } }, right: link } });

function chainOf(...rules: readonly FirewallRule[]): FirewallChain {
  return { name: 'FORWARD', isForwardHook: true, policy: 'drop', rules };
}

function tableOf(chain: FirewallChain): FirewallTable {
  const chains = new Map([[chain.name, chain]]);
  return { backend: 'nftables', family: 'ip', name: 'filter', chains, sets: new Map() };
}

describe('the jump of tsnet', () => {
  it.each<readonly [string, 'first' | 'last', readonly FirewallRule[]]>([
    ['nothing but a policy', 'last', []],
    ['rules about some packets', 'last', [answers, [about('docker0'), drop]]],
    ['a rule about a bridge of tsnet', 'last', [[about('web'), drop]]],
    ['a drop of everything', 'first', [answers, [drop]]],
    ['a jump already, and a drop behind', 'first', [[jump], [drop]]],
  ])('where there is %s stands %s', (_, position, rules) => {
    const chain = chainOf(...rules);
    expect(ownJumpPosition(tableOf(chain), chain, 'ipv4')).toBe(position);
    const placed = withOwnJump(tableOf(chain), chain, 'ipv4');
    expect(placed.rules.at(position === 'first' ? 0 : -1)).toEqual([jump]);
    expect(countOwnJumps(placed)).toBe(1);
    expect(withoutOwnJumps(placed)).toEqual(withoutOwnJumps(chain));
  });
});
