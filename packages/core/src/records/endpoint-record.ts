import { IpAddress, IpPrefix, MacAddress } from '@tsnet/inet';
import { StoreCorruptError, type StoreValue, type Transaction } from '@tsnet/ipam';
import type { Endpoint } from '../model/endpoint.ts';
import { isDerivedMac } from '../model/mac.ts';
import { formatPortSpec, parsePortSpec } from '../model/port.ts';
import { keys } from './keys.ts';

/** Stores an endpoint and its indexes. */
export function insertEndpoint(tx: Transaction, endpoint: Endpoint): void {
  putEndpoint(tx, endpoint);
  for (const key of indexKeys(endpoint)) tx.put(key, endpoint.id);
}

export function putEndpoint(tx: Transaction, endpoint: Endpoint): void {
  const { id: _, mac, addresses, ports, ...rest } = endpoint;
  tx.put(
    keys.endpoint(endpoint.id),
    JSON.stringify({
      ...rest,
      mac: `${mac}`,
      addresses: addresses.map(({ prefix, gateway, poolId }) => ({
        prefix: `${prefix}`,
        gateway: `${gateway}`,
        poolId,
      })),
      ports: ports.map(formatPortSpec),
    }),
  );
}

export function removeEndpoint(tx: Transaction, endpoint: Endpoint): void {
  tx.delete(keys.endpoint(endpoint.id));
  for (const key of indexKeys(endpoint)) tx.delete(key);
}

export async function findEndpoint(tx: Transaction, id: string): Promise<Endpoint | undefined> {
  const value = await tx.get(keys.endpoint(id));
  return value === undefined ? undefined : decodeEndpoint(id, value);
}

export function decodeEndpoint(id: string, value: StoreValue): Endpoint {
  try {
    const data = JSON.parse(String(value));
    const addresses = data.addresses.map((address: Record<'prefix' | 'gateway' | 'poolId', string>) => ({
      prefix: IpPrefix.parse(address.prefix),
      gateway: IpAddress.parse(address.gateway),
      poolId: address.poolId,
    }));
    return { ...data, id, mac: MacAddress.parse(data.mac), addresses, ports: data.ports.map(parsePortSpec) };
  } catch (cause) {
    throw new StoreCorruptError(
      'read endpoint',
      id,
      'its record is damaged',
      'Restore the store from a copy.',
      cause,
    );
  }
}

function indexKeys(endpoint: Endpoint): readonly string[] {
  const { id, networkId, name, sandbox, ifName, mac } = endpoint;
  return [
    keys.networkEndpoint(networkId, id),
    keys.sandboxLink(sandbox.key, ifName),
    keys.sandboxRef(sandbox.ref, id),
    ...(name === undefined ? [] : [keys.endpointName(networkId, name)]),
    // A derived one is its IP address's, which is leased once.
    ...(isDerivedMac(mac) ? [] : [keys.endpointMac(networkId, `${mac}`)]),
  ];
}
