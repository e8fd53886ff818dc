import type { FirewallChain, FirewallRule, FirewallTable } from './firewall-table.ts';
import { type Flow, OWN_CHAIN } from './flow.ts';
import { allOf, isJson, type Match, matchFlow } from './match.ts';

/** What becomes of the packets of a flow. */
export interface Fate {
  /** Of those that no rule with a condition that cannot be judged has taken. */
  readonly verdict: 'accepted' | 'dropped' | 'undecided';
  /** What rules with such conditions do to some of them. */
  readonly some: ReadonlySet<'accepted' | 'dropped'>;
}

/** Deeper than the kernel lets chains jump. */
const DEPTH_LIMIT = 16;

/** Follows a flow through a base chain of a table. */
export function findFate(table: FirewallTable, chain: FirewallChain, flow: Flow): Fate {
  const { verdict, some } = walk({ table, flow, known: new Map() }, chain, 0);
  if (verdict !== 'undecided') return { verdict, some };
  return { verdict: chain.policy === 'drop' ? 'dropped' : 'accepted', some };
}

/** Whether a base chain drops a flow: all of it, so far as can be told. */
export function isDropped({ verdict, some }: Fate, flow: Flow): boolean {
  // What rules accept by conditions that cannot be judged is most likely what they are there for.
  return (
    verdict === 'dropped' && !(some.has('accepted') && (flow.state === 'established' || flow.translated))
  );
}

interface Walk {
  readonly table: FirewallTable;
  readonly flow: Flow;
  /** Chains that were walked already: many rules may lead to one. */
  readonly known: Map<string, Fate>;
}

/** Matches of xtables that meet other protocols than that of flows, or headers that its packets do not have. */
const otherPackets: ReadonlySet<string> = new Set([
  'ah',
  'dccp',
  'dst',
  'esp',
  'frag',
  'hbh',
  'icmp',
  'icmp6',
  'ipv6header',
  'mh',
  'rt',
  'sctp',
  'udp',
]);

/** What a rule does to a packet that meets its conditions. */
type Action =
  | { readonly kind: 'accepted' | 'dropped' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly target: string };

function walk(context: Walk, chain: FirewallChain | undefined, depth: number): Fate {
  const some = new Set<'accepted' | 'dropped'>();
  if (chain === undefined || depth > DEPTH_LIMIT) return { verdict: 'undecided', some };
  for (const rule of chain.rules) {
    for (const { match, action } of branchesOf(context, rule)) {
      if (match === 'none') continue;
      const isSure = match === 'all';
      if (action.kind === 'return') {
        if (isSure) return { verdict: 'undecided', some };
      } else if (action.kind === 'accepted' || action.kind === 'dropped') {
        if (isSure) return { verdict: action.kind, some };
        some.add(action.kind);
      } else if ('target' in action && action.target === OWN_CHAIN) {
        // What its rules ask of the link, no listing shows.
        if (isSure && context.flow.accepted) return { verdict: 'accepted', some };
      } else if ('target' in action) {
        const inner = walkChain(context, action.target, depth + 1);
        for (const each of inner.some) some.add(each);
        if (isSure && (inner.verdict !== 'undecided' || action.kind === 'goto')) {
          return { verdict: inner.verdict, some };
        }
        if (inner.verdict !== 'undecided') some.add(inner.verdict);
      }
    }
  }
  return { verdict: 'undecided', some };
}

function walkChain(context: Walk, name: string, depth: number): Fate {
  const known = context.known.get(name);
  if (known !== undefined) return known;
  const fate = walk(context, context.table.chains.get(name), depth);
  context.known.set(name, fate);
  return fate;
}

/** The conditions of a rule and what it does then; several for one that looks its verdict up in a map. */
function branchesOf(
  { table, flow }: Walk,
  rule: FirewallRule,
): readonly { readonly match: Match; readonly action: Action }[] {
  const matches = rule.flatMap((statement) => matchOf(statement, flow, table.sets));
  const map = rule.find((statement) => isJson(statement) && isJson(statement.vmap));
  if (isJson(map) && isJson(map.vmap)) {
    const { key, data } = map.vmap;
    const pairs = isJson(data) && Array.isArray(data.set) ? data.set : [];
    return pairs.flatMap((pair: unknown) => {
      const [value, verdict] = Array.isArray(pair) ? pair : [];
      const action = actionOf(verdict);
      const chosen = matchFlow({ op: '==', left: key, right: value }, flow, table.sets);
      return action === undefined ? [] : [{ match: allOf([...matches, chosen]), action }];
    });
  }
  const action = rule.map(actionOf).find((found) => found !== undefined);
  return action === undefined ? [] : [{ match: allOf(matches), action }];
}

function matchOf(statement: unknown, flow: Flow, sets: FirewallTable['sets']): readonly Match[] {
  if (!isJson(statement)) return [];
  if ('match' in statement) return [matchFlow(statement.match, flow, sets)];
  // A match of xtables, whose values nftables does not show.
  if (isJson(statement.xt) && statement.xt.type === 'match') {
    return [otherPackets.has(`${statement.xt.name}`) ? 'none' : 'some'];
  }
  return 'limit' in statement || 'quota' in statement ? ['some'] : [];
}

function actionOf(statement: unknown): Action | undefined {
  if (!isJson(statement)) return undefined;
  if ('accept' in statement) return { kind: 'accepted' };
  if ('drop' in statement || 'reject' in statement || isReject(statement.xt)) return { kind: 'dropped' };
  if ('return' in statement) return { kind: 'return' };
  for (const kind of ['jump', 'goto'] as const) {
    const target = statement[kind];
    if (isJson(target)) return { kind, target: `${target.target}` };
  }
  return undefined;
}

/** The target of iptables' own. */
function isReject(extension: unknown): boolean {
  return isJson(extension) && extension.type === 'target' && extension.name === 'REJECT';
}
