import { describe, expect, it } from 'vitest';
import { expectSafeCuts, expectSameBytes } from '../../test/codec.ts';
import { bodiesOf, readFixture } from '../../test/fixture.ts';
import { families } from '../family.ts';
import { routeProtocols, routeTables, routeTypes } from './flags.ts';
import { routeMessage } from './message.ts';
import { decodeRoute } from './service.ts';

/** What `ip -N` says of a route; it leaves out what is usual. */
interface IpRoute {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly table?: string;
  readonly protocol?: string;
  readonly scope?: string;
  readonly prefsrc?: string;
  readonly metric?: number;
  readonly metrics?: readonly { readonly mtu?: number; readonly advmss?: number }[];
  readonly nexthops?: readonly unknown[];
}

const ifNames = new Map(
  readFixture<readonly { ifindex: number; ifname: string }[]>('links').witness.map((link) => [
    link.ifindex,
    link.ifname,
  ]),
);
const fixture = readFixture<readonly IpRoute[]>('routes');
const bodies = bodiesOf(fixture);

/** Prefix, table, link: no two routes of the capture share all of them. */
function keyOfBody(body: Uint8Array): string {
  const route = decodeRoute(body);
  const ifName = route?.ifIndex === undefined ? undefined : ifNames.get(route.ifIndex);
  return `${route?.destination} in table ${route?.table} by ${ifName}`;
}

function keyOf({ dst, dev, table, gateway, metric }: IpRoute): string {
  // Only routes of IPv6 always have a metric: the gateway of a default route may be absent.
  const isIpv6 = dst.includes(':') || gateway?.includes(':') || (dst === 'default' && metric !== undefined);
  const address = dst === 'default' ? (isIpv6 ? '::/0' : '0.0.0.0/0') : dst;
  const prefix = address.includes('/') ? address : `${address}/${isIpv6 ? 128 : 32}`;
  return `${prefix} in table ${table ?? routeTables.main} by ${dev}`;
}

const pairs = fixture.witness.map((witness) => {
  const body = bodies.find((candidate) => keyOfBody(candidate) === keyOf(witness));
  return [keyOf(witness), witness, body ?? new Uint8Array()] as const;
});

it('covers every message of the capture', () => {
  expect(new Set(pairs.map(([key]) => key)).size).toBe(bodies.length);
});

describe.each(pairs)('the message of %s', (_key, witness, body) => {
  it('means what ip says', () => {
    const { destination, gateway, ifIndex, ...route } = decodeRoute(body) ?? {};
    expect({ ...route, gateway: gateway?.toString() }).toEqual({
      gateway: witness.gateway,
      priority: witness.metric ?? 0,
      table: Number(witness.table ?? routeTables.main),
      type: Number(witness.type ?? routeTypes.unicast),
      protocol: Number(witness.protocol ?? routeProtocols.boot),
      mtu: witness.metrics?.[0]?.mtu,
      cloned: false,
    });
  });

  it('has the attributes that ip shows', () => {
    const { family, scope, attributes } = routeMessage.read(body);
    expect(attributes.preferredSource?.toString()).toBe(witness.prefsrc);
    expect(attributes.metrics?.advertisedMss).toBe(witness.metrics?.[0]?.advmss);
    expect(attributes.multipath !== undefined).toBe(witness.nexthops !== undefined);
    // ip prints the scope of routes of IPv4 alone.
    if (family === families.ipv4) expect(scope).toBe(Number(witness.scope ?? 0));
  });

  it('encodes to the same bytes', () => expectSameBytes(routeMessage, body));

  it('is refused when it is cut short', () => expectSafeCuts(routeMessage, body));
});
