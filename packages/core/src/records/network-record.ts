import { IpAddress, IpPrefix } from '@tsnet/inet';
import { StoreCorruptError, type StoreValue, type Transaction } from '@tsnet/ipam';
import { NetworkExistsError, NetworkNotFoundError } from '../errors.ts';
import type { Endpoint, PlacedEndpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { keys } from './keys.ts';

/** What records of earlier versions lack. */
const addedLater = { respectHostFirewall: false, firewall: 'auto' } as const;

/** Stores a network under its id and name. @throws {@link NetworkExistsError} when the name is taken. */
export async function insertNetwork(tx: Transaction, network: Network): Promise<void> {
  await refuseTakenName(tx, network.name);
  tx.put(keys.networkName(network.name), network.id);
  putNetwork(tx, network);
}

/** @throws {@link NetworkExistsError} when a network has that name. */
export async function refuseTakenName(tx: Transaction, name: string): Promise<void> {
  if ((await tx.get(keys.networkName(name))) !== undefined) throw new NetworkExistsError(name);
}

export function putNetwork(tx: Transaction, network: Network): void {
  const { id: _, subnets, ...rest } = network;
  tx.put(
    keys.network(network.id),
    JSON.stringify({
      ...rest,
      subnets: subnets.map(({ poolId, prefix, gateway }) => ({
        poolId,
        prefix: `${prefix}`,
        gateway: `${gateway}`,
      })),
    }),
  );
}

export function removeNetwork(tx: Transaction, network: Network): void {
  tx.delete(keys.network(network.id));
  tx.delete(keys.networkName(network.name));
}

/** Reads a network by name or id. @throws {@link NetworkNotFoundError} */
export async function getNetwork(tx: Transaction, operation: string, nameOrId: string): Promise<Network> {
  const network = await findNetwork(tx, nameOrId);
  if (network === undefined) throw new NetworkNotFoundError(operation, nameOrId);
  return network;
}

/** Reads the network of an endpoint that is on record. @throws {@link NetworkNotFoundError} */
export async function withNetwork(tx: Transaction, endpoint: Endpoint): Promise<PlacedEndpoint> {
  const { id, networkId } = endpoint;
  const value = await tx.get(keys.network(networkId));
  if (value === undefined) throw new NetworkNotFoundError(`find the network of endpoint ${id}`, networkId);
  return { network: decodeNetwork(networkId, value), endpoint };
}

export async function findNetwork(tx: Transaction, nameOrId: string): Promise<Network | undefined> {
  const id = await tx.get(keys.networkName(nameOrId));
  const found = id === undefined ? nameOrId : String(id);
  const value = await tx.get(keys.network(found));
  return value === undefined ? undefined : decodeNetwork(found, value);
}

export function decodeNetwork(id: string, value: StoreValue): Network {
  try {
    const data = JSON.parse(String(value));
    const subnets = data.subnets.map((subnet: Record<'poolId' | 'prefix' | 'gateway', string>) => ({
      poolId: subnet.poolId,
      prefix: IpPrefix.parse(subnet.prefix),
      gateway: IpAddress.parse(subnet.gateway),
    }));
    return { ...addedLater, ...data, id, subnets };
  } catch (cause) {
    throw new StoreCorruptError(
      'read network',
      id,
      'its record is damaged',
      'Restore the store from a copy.',
      cause,
    );
  }
}
