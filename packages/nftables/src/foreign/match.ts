import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import type { FirewallTable } from './firewall-table.ts';
import { FLOW_PROTOCOL, type Flow } from './flow.ts';

/** Whether a condition holds for all packets of a flow, for none, or for some as far as can be told. */
export type Match = 'all' | 'none' | 'some';

type Json = Readonly<Record<string, unknown>>;

/** What a condition says of one value on its right. */
type Test = (value: unknown) => Match;

/** Whether a `match` statement of libnftables-json(5) holds for a flow. */
export function matchFlow(statement: unknown, flow: Flow, sets: FirewallTable['sets']): Match {
  if (!isJson(statement)) return 'some';
  const { left, right, op } = statement;
  const test = testOf(left, flow);
  if (test === undefined) return 'some';
  const result = anyOf(valuesOf(right, sets), test);
  return op === '!=' ? negate(result) : op === '==' || op === 'in' ? result : 'some';
}

/** All of several conditions. */
export function allOf(matches: readonly Match[]): Match {
  if (matches.includes('none')) return 'none';
  return matches.includes('some') ? 'some' : 'all';
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function testOf(left: unknown, flow: Flow): Test | undefined {
  if (!isJson(left)) return undefined;
  const { meta, ct, payload } = left;
  // Extension headers of IPv6, which packets of flows do not have.
  if ('exthdr' in left) return () => 'none';
  if (isJson(meta)) return metaTest(meta.key, flow);
  if (isJson(ct)) return ctTest(ct.key, flow);
  return isJson(payload) ? payloadTest(payload, flow) : undefined;
}

function metaTest(key: unknown, flow: Flow): Test | undefined {
  switch (key) {
    case 'iifname':
    case 'iif':
      return (value) => matchName(value, flow.inputLink);
    case 'oifname':
    case 'oif':
      return (value) => matchName(value, flow.outputLink);
    case 'nfproto':
      return (value) => certain(value === flow.family || value === (flow.family === 'ipv4' ? 2 : 10));
    case 'protocol':
      return (value) => certain(value === (flow.family === 'ipv4' ? 'ip' : 'ip6'));
    case 'l4proto':
      return isFlowProtocol;
    default:
      return undefined;
  }
}

function ctTest(key: unknown, { state, translated }: Flow): Test | undefined {
  if (key === 'state') return (value) => certain(value === state);
  if (key === 'status') return (value) => (value === 'dnat' ? certain(translated) : 'some');
  return undefined;
}

function payloadTest({ protocol, field }: Json, flow: Flow): Test | undefined {
  if (protocol === 'ip' || protocol === 'ip6') {
    if ((protocol === 'ip') !== (flow.family === 'ipv4')) return () => 'none';
    if (field === 'saddr') return (value) => matchAddress(value, flow.source);
    if (field === 'daddr') return (value) => matchAddress(value, flow.destination);
    return field === 'protocol' || field === 'nexthdr' ? isFlowProtocol : undefined;
  }
  // Ports and the like are met by some; another protocol than the flow's by none.
  return protocol === FLOW_PROTOCOL.name || protocol === 'th' ? undefined : () => 'none';
}

function isFlowProtocol(value: unknown): Match {
  return certain(value === FLOW_PROTOCOL.name || value === FLOW_PROTOCOL.number);
}

function matchName(pattern: unknown, ifName: string): Match {
  if (typeof pattern !== 'string') return 'some';
  return certain(pattern.endsWith('*') ? ifName.startsWith(pattern.slice(0, -1)) : ifName === pattern);
}

function matchAddress(value: unknown, prefix: IpPrefix | undefined): Match {
  const range = rangeOf(value);
  if (range === undefined || prefix === undefined) return 'some';
  if (range.contains(prefix.first) && range.contains(prefix.last)) return 'all';
  return range.overlaps(prefix.range) ? 'some' : 'none';
}

/** Other tools' listings may hold what is no address to us: a host name, a field of the packet. */
function rangeOf(value: unknown): IpRange | undefined {
  try {
    if (typeof value === 'string') return IpRange.of(IpAddress.parse(value), IpAddress.parse(value));
    if (!isJson(value)) return undefined;
    if (isJson(value.prefix)) {
      return IpPrefix.of(IpAddress.parse(`${value.prefix.addr}`), Number(value.prefix.len)).range;
    }
    if (!Array.isArray(value.range)) return undefined;
    return IpRange.of(IpAddress.parse(`${value.range[0]}`), IpAddress.parse(`${value.range[1]}`));
  } catch {
    return undefined;
  }
}

/** The values on the right of a condition, any of which it takes; undefined where they are not known. */
function valuesOf(right: unknown, sets: FirewallTable['sets']): readonly unknown[] | undefined {
  if (typeof right === 'string' && right.startsWith('@')) return sets.get(right.slice(1));
  if (isJson(right) && Array.isArray(right.set)) return right.set;
  return Array.isArray(right) ? right : [right];
}

function anyOf(values: readonly unknown[] | undefined, test: Test): Match {
  if (values === undefined) return 'some';
  const results = values.map((value) => test(isJson(value) && isJson(value.elem) ? value.elem.val : value));
  if (results.includes('all')) return 'all';
  return results.includes('some') ? 'some' : 'none';
}

function negate(match: Match): Match {
  return match === 'all' ? 'none' : match === 'none' ? 'all' : 'some';
}

function certain(holds: boolean): Match {
  return holds ? 'all' : 'none';
}
