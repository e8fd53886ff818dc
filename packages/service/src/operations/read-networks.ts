import type { Input, Output } from '@tsnet/api';
import type { Endpoint } from '@tsnet/core';
import { endpointDocument } from '../documents/endpoint-document.ts';
import { networkDocument } from '../documents/network-document.ts';
import { placedPortDocument } from '../documents/port-document.ts';
import { encodeCursor, lookahead, PAGE_LIMIT, pageOf, readCursor } from '../pages.ts';
import type { RecordsContext } from '../records-context.ts';

/** Every network, by name. */
export async function listNetworks(
  { inventory }: RecordsContext,
  input: Input<'listNetworks'>,
): Promise<Output<'listNetworks'>> {
  const [after = ''] = readCursor(input, 1) ?? [];
  const found = (await inventory.listNetworks()).filter(({ name }) => name > after);
  return pageOf(found, input, ({ name }) => [name], networkDocument);
}

/** One network. */
export async function getNetwork(
  { inventory }: RecordsContext,
  { network }: Input<'getNetwork'>,
): Promise<Output<'getNetwork'>> {
  return networkDocument(await inventory.getNetwork(network));
}

/** Endpoints, in the order of their ids. */
export async function listEndpoints(
  { inventory }: RecordsContext,
  input: Input<'listEndpoints'>,
): Promise<Output<'listEndpoints'>> {
  const [after] = readCursor(input, 1) ?? [];
  const found = await inventory.pageEndpoints({ network: input.network, after, limit: lookahead(input) });
  return pageOf(found, input, ({ id }) => [id], endpointDocument);
}

/** One endpoint. */
export async function getEndpoint(
  { inventory }: RecordsContext,
  { endpoint }: Input<'getEndpoint'>,
): Promise<Output<'getEndpoint'>> {
  return endpointDocument(await inventory.getEndpoint(endpoint));
}

/** Published ports, by their endpoints' ids; all of an endpoint stand on one page. */
export async function listPorts(
  { inventory }: RecordsContext,
  input: Input<'listPorts'>,
): Promise<Output<'listPorts'>> {
  const { limit = PAGE_LIMIT } = input;
  const networks = new Map((await inventory.listNetworks()).map((network) => [network.id, network]));
  let [after] = readCursor(input, 1) ?? [];
  const items: Output<'listPorts'>['items'] = [];
  for (;;) {
    const found = await inventory.pageEndpoints({ after, limit: lookahead(input) });
    for (const endpoint of found.slice(0, limit)) {
      items.push(...placedPorts(networks.get(endpoint.networkId), endpoint));
      after = endpoint.id;
      const isLast = found.length <= limit && endpoint === found.at(-1);
      if (items.length >= limit && !isLast) {
        return { items, next: encodeCursor([after]) };
      }
    }
    if (found.length <= limit) return { items, next: null };
  }
}

function placedPorts(network: Parameters<typeof placedPortDocument>[0], endpoint: Endpoint) {
  return endpoint.ports.map((port) => placedPortDocument(network, endpoint, port));
}
