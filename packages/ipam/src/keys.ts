import { IpAddress, type IpPrefix } from '@tsnet/inet';
import { storeKey, storePrefix } from './store-key.ts';

/** Every key of this package begins with this, so that a store can be shared with other records. */
const root = 'ipam';

/** Prefix of all pools. */
export const poolsPrefix = storePrefix(root, 'pool');
/** Prefix of all leases. */
export const leasesPrefix = storePrefix(root, 'lease');

export function poolKey(poolId: string): string {
  return storeKey(root, 'pool', poolId);
}

export function poolIdOfKey(key: string): string {
  return decodeURIComponent(key.slice(poolsPrefix.length));
}

/** The counters lie next to the chunks: a lease changes both, and neighbors cost a store less. */
export function stateKey(poolId: string): string {
  return storeKey(root, 'map', poolId, 'state');
}

/** Where chunks of a pool's bitmap lie; a chunk's level and index follow. */
export function chunksPrefix(poolId: string): string {
  return storePrefix(root, 'map', poolId);
}

/**
 * A prefix in binary digits: a prefix contains another exactly when its key begins the other's, so that
 * both directions of an overlap are found by key.
 */
export function prefixKey(prefix: IpPrefix, length = prefix.length): string {
  const { bits, value } = prefix.address;
  const digits = value.toString(2).padStart(bits, '0').slice(0, length);
  return `${storePrefix(root, 'prefix', prefix.family)}${digits}`;
}

export function leaseKey(poolId: string, address: IpAddress): string {
  return storeKey(root, 'lease', poolId, encodeAddress(address));
}

export function leasesOfPoolPrefix(poolId: string): string {
  return storePrefix(root, 'lease', poolId);
}

export function ownerKey(owner: string, poolId: string, address: IpAddress): string {
  return storeKey(root, 'owner', owner, poolId, encodeAddress(address));
}

/** Prefix of the index entries of an owner, in all pools or in one. */
export function ownerPrefix(owner: string, poolId?: string): string {
  return poolId === undefined ? storePrefix(root, 'owner', owner) : storePrefix(root, 'owner', owner, poolId);
}

/** The pool and address at the end of a lease's key or of its entry in the index of owners. */
export function placeOfKey(key: string): { readonly poolId: string; readonly address: IpAddress } {
  const [poolId = '', digits = ''] = key.split('/').slice(-2);
  const family = digits.length === 8 ? 'ipv4' : 'ipv6';
  return { poolId: decodeURIComponent(poolId), address: IpAddress.of(family, BigInt(`0x${digits}`)) };
}

/** Fixed width, so that keys sort as addresses do. */
function encodeAddress(address: IpAddress): string {
  return address.value.toString(16).padStart(address.bits / 4, '0');
}
