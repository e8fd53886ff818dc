import type { AddressFamily } from '@tsnet/inet';
import { findFate, isDropped } from './fate.ts';
import type { FirewallChain, FirewallRule, FirewallTable } from './firewall-table.ts';
import { type Flow, OWN_CHAIN } from './flow.ts';

/** Where among the rules of a chain the jump to {@link OWN_CHAIN} stands. */
export type JumpPosition = 'first' | 'last';

const JUMP = { jump: { target: OWN_CHAIN } } as const;

/** Stand for links that no rule is about. */
const OUTSIDE = 'OUTSIDE';
const ANY_BRIDGE = 'BRIDGE';

/** How many jumps to the chain of tsnet a chain of others has. */
export function countOwnJumps({ rules }: FirewallChain): number {
  return rules.filter(isOwnJump).length;
}

/** A chain as it is without jumps of tsnet's. */
export function withoutOwnJumps(chain: FirewallChain): FirewallChain {
  return { ...chain, rules: chain.rules.filter((rule) => !isOwnJump(rule)) };
}

/** A chain as it is with the one jump that it should have. */
export function withOwnJump(
  table: FirewallTable,
  chain: FirewallChain,
  family: AddressFamily,
): FirewallChain {
  return placed(chain, ownJumpPosition(table, chain, family));
}

/**
 * Where the jump has to stand: behind the rules of others, so that what they are about stays as it is and only what none is about is
 * accepted; before them where they leave nothing to what comes after.
 */
export function ownJumpPosition(
  table: FirewallTable,
  chain: FirewallChain,
  family: AddressFamily,
): JumpPosition {
  const atEnd = placed(chain, 'last');
  return flowsOfAny(family).some((flow) => isDropped(findFate(table, atEnd, flow), flow)) ? 'first' : 'last';
}

function placed(chain: FirewallChain, position: JumpPosition): FirewallChain {
  const { rules } = withoutOwnJumps(chain);
  return { ...chain, rules: position === 'first' ? [[JUMP], ...rules] : [...rules, [JUMP]] };
}

function isOwnJump(rule: FirewallRule): boolean {
  return rule.some((statement) => JSON.stringify(statement) === JSON.stringify(JUMP));
}

/** Packets of a network that no rule is about. */
function flowsOfAny(family: AddressFamily): readonly Flow[] {
  const common = {
    name: 'of any network',
    family,
    accepted: true,
    source: undefined,
    destination: undefined,
  };
  const back = { ...common, inputLink: OUTSIDE, outputLink: ANY_BRIDGE };
  return [
    { ...common, inputLink: ANY_BRIDGE, outputLink: OUTSIDE, state: 'new', translated: false },
    { ...back, state: 'established', translated: false },
    { ...back, state: 'new', translated: true },
  ];
}
