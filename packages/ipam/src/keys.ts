import { IpAddress, type IpPrefix } from '@tsnet/inet';
import { InvalidLeaseError } from './errors.ts';
import { storeKey, storePrefix } from './store/store-key.ts';
import { decodeTime, encodeTime } from './time.ts';

/** Every key of this package begins with this, so that a store can be shared with other records. */
const root = 'ipam';

/** Prefix of all that this package keeps. */
export const ipamPrefix = storePrefix(root);
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

/** Prefix of the index entries of the pools of a group; their ids follow. */
export function groupPrefix(group: string): string {
  return storePrefix(root, 'group', group);
}

export function groupKey(group: string, poolId: string): string {
  return storeKey(root, 'group', group, poolId);
}

/** Where the prefix is remembered that was carved last out of a larger one. */
export function carveKey(prefix: IpPrefix, length: number): string {
  return storeKey(root, 'carve', `${prefix.network}`, `${length}`);
}

/** Prefix of the leases that an owner made under a key of the caller's, from all pools or from one. */
export function requestPrefix(owner: string, key: string, poolId?: string): string {
  return storePrefix(root, 'request', owner, key, ...(poolId === undefined ? [] : [poolId]));
}

/** When leases end: pool, time and address, so that the next one is the first. */
export function expiryPrefix(poolId: string): string {
  return storePrefix(root, 'expiry', poolId);
}

/** Which addresses have rested longest: pool, time and address. */
export function restPrefix(poolId: string): string {
  return storePrefix(root, 'rest', poolId);
}

/** Prefix of what finds the place of a resting address in that queue: until when it rests. */
export function restingPrefix(poolId: string): string {
  return storePrefix(root, 'resting', poolId);
}

export function restingKey(poolId: string, address: IpAddress): string {
  return storeKey(root, 'resting', poolId, encodeAddress(address));
}

/** A place in a queue by time. */
export function timedKey(prefix: string, time: number, address: IpAddress): string {
  return `${prefix}${encodeTime(time)}/${encodeAddress(address)}`;
}

/** The time and the address of {@link timedKey}. */
export function timedPlaceOfKey(key: string): { readonly time: number; readonly address: IpAddress } {
  const [time = '', digits = ''] = key.split('/').slice(-2);
  return { time: decodeTime(time), address: decodeAddress(digits) };
}

/** Prefix of all reservations. */
export const reservationsPrefix = storePrefix(root, 'reservation');

export function reservationKey(poolId: string, address: IpAddress): string {
  return storeKey(root, 'reservation', poolId, encodeAddress(address));
}

export function reservationsOfPoolPrefix(poolId: string): string {
  return storePrefix(root, 'reservation', poolId);
}

/** Prefix of the index of what is reserved for an owner, in all pools or in one. */
export function reservedForPrefix(owner: string, poolId?: string): string {
  return storePrefix(root, 'reserved', owner, ...(poolId === undefined ? [] : [poolId]));
}

export function ownerKey(owner: string, poolId: string, address: IpAddress): string {
  return storeKey(root, 'owner', owner, poolId, encodeAddress(address));
}

/** Prefix of the index entries of an owner, in all pools or in one. */
export function ownerPrefix(owner: string, poolId?: string): string {
  return storePrefix(root, 'owner', owner, ...(poolId === undefined ? [] : [poolId]));
}

/** The pool and address at the end of a lease's key or of its entry in the index of owners. */
export function placeOfKey(key: string): { readonly poolId: string; readonly address: IpAddress } {
  const [poolId = '', digits = ''] = key.split('/').slice(-2);
  return { poolId: decodeURIComponent(poolId), address: decodeAddress(digits) };
}

function decodeAddress(digits: string): IpAddress {
  return IpAddress.of(digits.length === 8 ? 'ipv4' : 'ipv6', BigInt(`0x${digits}`));
}

/** Fixed width, so that keys sort as addresses do. */
export function encodeAddress(address: IpAddress): string {
  checkAddress(address);
  return address.value.toString(16).padStart(address.bits / 4, '0');
}

/**
 * Refuses what is no address; text is to be parsed where it comes in.
 *
 * @throws InvalidLeaseError
 */
export function checkAddress(address: IpAddress): void {
  if (address instanceof IpAddress) return;
  const hint = 'Parse it with IpAddress.parse, of the @tsnet/inet that @tsnet/ipam uses.';
  throw new InvalidLeaseError('use', JSON.stringify(address) ?? String(address), 'it is no IpAddress', hint);
}
