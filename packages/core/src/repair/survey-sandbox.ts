import type { IpPrefix } from '@tsnet/inet';
import {
  addAddress,
  addRoute,
  changeLink,
  listAddresses,
  listRoutes,
  type NetlinkConnection,
  NetlinkError,
  routeTables,
} from '@tsnet/netlink';
import { parseNetnsRef } from '@tsnet/netns';
import { driverOf, type EngineContext } from '../context.ts';
import type { Repair, SandboxEnd } from '../driver.ts';
import { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { openSandbox } from '../operations/open-sandbox.ts';
import { routesOf } from '../operations/wire-sandbox.ts';
import { reconnectStep } from './reconnect.ts';

/**
 * Compares the sandbox's end of an endpoint with what it should be: up, with its addresses and routes. A sandbox that
 * cannot be opened by the words of its endpoint is left alone.
 */
export function surveySandbox(
  context: EngineContext,
  network: Network,
  endpoint: Endpoint,
  end: SandboxEnd,
): readonly Repair[] {
  using sandbox = openSandbox(context, endpoint);
  if (sandbox === undefined) return [];
  const lacking = lackingIn(sandbox, network, endpoint, end);
  if (lacking === undefined) return [repairOfMoved(context, network, endpoint)];
  const { what } = lacking;
  if (what.length === 0) return [];
  return [
    {
      subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
      problem: what.join(', '),
      owner: endpoint.id,
      isLeftover: false,
      plan: [
        {
          name: 'rewire-sandbox',
          subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
          apply() {
            using again = Sandbox.open(context, 'repair', parseNetnsRef(endpoint.sandbox.ref));
            again.netlink.send(...(lackingIn(again, network, endpoint, end)?.requests ?? []));
          },
        },
      ],
    },
  ];
}

/** Somebody has moved the sandbox's end elsewhere: the pair goes, and another one comes. */
function repairOfMoved(context: EngineContext, network: Network, endpoint: Endpoint): Repair {
  return {
    subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
    problem: 'not in the sandbox any more',
    owner: endpoint.id,
    isLeftover: false,
    plan: [
      ...driverOf(context, network.driver).disconnect(network, { ...endpoint, ports: [] }),
      reconnectStep(context, network, endpoint),
    ],
  };
}

/** What the sandbox's end lacks, and what would give it that; undefined when it is not in the sandbox. */
function lackingIn({ netlink }: Sandbox, network: Network, endpoint: Endpoint, { ifIndex, up }: SandboxEnd) {
  const addresses = addressesOf(netlink, ifIndex);
  if (addresses === undefined) return undefined;
  const missingAddresses = endpoint.addresses
    .map(({ prefix }) => prefix)
    .filter((prefix) => !addresses.some((present) => present.equals(prefix)));
  const missingRoutes = routesOf(network, endpoint, ifIndex).filter(({ destination, gateway }) => {
    const { family } = destination;
    const routes = listRoutes(netlink, { family, ifIndex, table: routeTables.main });
    return !routes.some(
      (present) => present.destination.equals(destination) && present.gateway?.equals(gateway),
    );
  });
  return {
    what: [
      ...(up ? [] : ['down']),
      ...missingAddresses.map((prefix) => `lacks ${prefix}`),
      ...missingRoutes.map(({ gateway }) => `lacks the route by ${gateway}`),
    ],
    requests: [
      ...missingAddresses.map((prefix) => addAddress(ifIndex, prefix)),
      ...(up ? [] : [changeLink(ifIndex, { up: true })]),
      ...missingRoutes.map(addRoute),
    ],
  };
}

/** The addresses of a link; undefined when there is no such link. */
function addressesOf(netlink: NetlinkConnection, ifIndex: number): readonly IpPrefix[] | undefined {
  try {
    return listAddresses(netlink, ifIndex).map(({ prefix }) => prefix);
  } catch (error) {
    if (error instanceof NetlinkError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
