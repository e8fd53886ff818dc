import { addAddress, addRoute, changeLink, findLink, listAddresses, listRoutes } from '@tsnet/netlink';
import { parseNetnsRef } from '@tsnet/netns';
import type { EngineContext } from '../context.ts';
import type { Repair } from '../driver.ts';
import { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { routesOf } from '../operations/wire-sandbox.ts';
import { openSandbox } from './open-sandbox.ts';

/**
 * Compares the sandbox's end of an endpoint with what it should be: up, with its addresses and routes. A sandbox that
 * cannot be opened by the words of its endpoint is left alone.
 */
export function surveySandbox(
  context: EngineContext,
  network: Network,
  endpoint: Endpoint,
): readonly Repair[] {
  using sandbox = openSandbox(context, endpoint);
  if (sandbox === undefined) return [];
  const lacking = lackingIn(sandbox, network, endpoint);
  if (lacking === undefined || lacking.what.length === 0) return [];
  return [
    {
      subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
      problem: lacking.what.join(', '),
      owner: endpoint.id,
      isLeftover: false,
      plan: [
        {
          name: 'rewire-sandbox',
          subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
          apply() {
            using again = Sandbox.open(context, 'repair', parseNetnsRef(endpoint.sandbox.ref));
            again.netlink.send(...(lackingIn(again, network, endpoint)?.requests ?? []));
          },
        },
      ],
    },
  ];
}

/** What the sandbox's end lacks, and what would give it that; undefined when there is no such link. */
function lackingIn({ netlink }: Sandbox, network: Network, endpoint: Endpoint) {
  const link = findLink(netlink, endpoint.ifName);
  if (link === undefined) return undefined;
  const { ifIndex } = link;
  const addresses = listAddresses(netlink, ifIndex);
  const routes = listRoutes(netlink).filter((route) => route.ifIndex === ifIndex);
  const missingAddresses = endpoint.addresses
    .map(({ prefix }) => prefix)
    .filter((prefix) => !addresses.some((present) => present.prefix.equals(prefix)));
  const missingRoutes = routesOf(network, endpoint, ifIndex).filter(
    ({ destination, gateway }) =>
      !routes.some((present) => present.destination.equals(destination) && present.gateway?.equals(gateway)),
  );
  return {
    what: [
      ...(link.up ? [] : ['down']),
      ...missingAddresses.map((prefix) => `lacks ${prefix}`),
      ...missingRoutes.map(({ gateway }) => `lacks the route by ${gateway}`),
    ],
    requests: [
      ...missingAddresses.map((prefix) => addAddress(ifIndex, prefix)),
      ...(link.up ? [] : [changeLink(ifIndex, { up: true })]),
      ...missingRoutes.map(addRoute),
    ],
  };
}
