import type { Transaction } from '@tsnet/ipam';
import { EndpointNotFoundError } from '../errors.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { decodeEndpoint, findEndpoint } from '../records/endpoint-record.ts';
import { keys, lastPart } from '../records/keys.ts';
import { decodeNetwork, getNetwork } from '../records/network-record.ts';

/** Every network, by name. */
export async function listNetworks(tx: Transaction): Promise<readonly Network[]> {
  const entries = await tx.list(keys.networks());
  return entries
    .map(({ key, value }) => decodeNetwork(lastPart(key), value))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every endpoint, or those of one network; the oldest first. */
export async function listEndpoints(tx: Transaction, networkId?: string): Promise<readonly Endpoint[]> {
  const endpoints =
    networkId === undefined
      ? (await tx.list(keys.endpoints())).map(({ key, value }) => decodeEndpoint(lastPart(key), value))
      : await getEndpoints(
          tx,
          (await tx.list(keys.networkEndpoints(networkId))).map(({ key }) => lastPart(key)),
        );
  return endpoints.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** A part of all endpoints, in the order of their ids. */
export interface EndpointPage {
  /** Only those of the network of this name or id. */
  readonly network?: string | undefined;
  /** Only those whose id sorts behind this. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Some of the endpoints. @throws {@link NetworkNotFoundError} */
export async function pageEndpoints(
  tx: Transaction,
  { network, after, limit }: EndpointPage,
): Promise<readonly Endpoint[]> {
  if (network === undefined) {
    const behind = after === undefined ? undefined : keys.endpoint(after);
    const entries = await tx.list(keys.endpoints(), { after: behind, limit });
    return entries.map(({ key, value }) => decodeEndpoint(lastPart(key), value));
  }
  const { id } = await getNetwork(tx, 'list endpoints of', network);
  const behind = after === undefined ? undefined : keys.networkEndpoint(id, after);
  const index = await tx.list(keys.networkEndpoints(id), { after: behind, limit });
  return getEndpoints(
    tx,
    index.map(({ key }) => lastPart(key)),
  );
}

/** The endpoints that were connected to a sandbox by these words, or to the namespace of that key. */
export async function listSandboxEndpoints(
  tx: Transaction,
  ref: string,
  key: string | undefined,
): Promise<readonly Endpoint[]> {
  const byRef = await tx.list(keys.sandboxRefs(ref));
  const byKey = key === undefined ? [] : await tx.list(keys.sandboxLinks(key));
  const ids = [...byRef.map((entry) => lastPart(entry.key)), ...byKey.map(({ value }) => String(value))];
  return getEndpoints(tx, [...new Set(ids)]);
}

/** The endpoints with these ids that there are. */
export async function getEndpoints(tx: Transaction, ids: readonly string[]): Promise<readonly Endpoint[]> {
  const values = await tx.getMany(ids.map(keys.endpoint));
  return ids.flatMap((id, index) => {
    const value = values[index];
    return value === undefined ? [] : [decodeEndpoint(id, value)];
  });
}

/** The networks with these ids that there are. */
export async function getNetworks(tx: Transaction, ids: readonly string[]): Promise<readonly Network[]> {
  const values = await tx.getMany(ids.map(keys.network));
  return ids.flatMap((id, index) => {
    const value = values[index];
    return value === undefined ? [] : [decodeNetwork(id, value)];
  });
}

/** One endpoint by id, or by `network/name`. @throws {@link EndpointNotFoundError} */
export async function getEndpoint(tx: Transaction, operation: string, ref: string): Promise<Endpoint> {
  const endpoint = (await findEndpoint(tx, ref)) ?? (await findByName(tx, ref));
  if (endpoint === undefined) throw new EndpointNotFoundError(operation, JSON.stringify(ref));
  return endpoint;
}

async function findByName(tx: Transaction, ref: string): Promise<Endpoint | undefined> {
  const slash = ref.indexOf('/');
  if (slash < 0) return undefined;
  const networkId = await tx.get(keys.networkName(ref.slice(0, slash)));
  if (networkId === undefined) return undefined;
  const id = await tx.get(keys.endpointName(String(networkId), ref.slice(slash + 1)));
  return id === undefined ? undefined : findEndpoint(tx, String(id));
}
