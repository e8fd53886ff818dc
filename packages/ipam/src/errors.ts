import { TsnetError } from '@tsnet/errors';
import type { AddressFamily, IpAddress, IpPrefix } from '@tsnet/inet';

/** A pool's description, or the id of a pool or owner, makes no sense. Code `IPAM_POOL_INVALID`. */
export class InvalidPoolError extends TsnetError {
  constructor(subject: string, reason: string, hint: string, operation = 'create pool') {
    super({ code: 'IPAM_POOL_INVALID', kind: 'invalid', operation, subject, reason, hint });
  }
}

/** A pool of that id exists. Code `IPAM_POOL_EXISTS`. */
export class PoolExistsError extends TsnetError {
  constructor(id: string, prefix: IpPrefix) {
    super({
      code: 'IPAM_POOL_EXISTS',
      kind: 'already-exists',
      operation: 'create pool',
      subject: id,
      reason: `a pool of that id exists, with ${prefix}`,
      hint: 'Choose another id, or delete that pool first.',
    });
  }
}

/** The prefix has addresses in common with that of another pool. Code `IPAM_POOL_OVERLAP`. */
export class PoolOverlapError extends TsnetError {
  /** The pool that is in the way. */
  readonly poolId: string;

  constructor(id: string, prefix: IpPrefix, other: { readonly id: string; readonly prefix: IpPrefix }) {
    super({
      code: 'IPAM_POOL_OVERLAP',
      kind: 'conflict',
      operation: 'create pool',
      subject: `${id} with ${prefix}`,
      reason: `it overlaps pool ${other.id} with ${other.prefix}`,
      hint: 'Choose a prefix that no other pool covers.',
    });
    this.poolId = other.id;
  }
}

/** There is no pool of that id. Code `IPAM_POOL_NOT_FOUND`. */
export class PoolNotFoundError extends TsnetError {
  constructor(operation: string, id: string) {
    super({
      code: 'IPAM_POOL_NOT_FOUND',
      kind: 'not-found',
      operation,
      subject: id,
      reason: 'there is no such pool',
      hint: 'List the pools to see their ids.',
    });
  }
}

/** The pool still has leases. Code `IPAM_POOL_IN_USE`. */
export class PoolInUseError extends TsnetError {
  constructor(id: string, count: bigint, holder: { readonly address: IpAddress; readonly owner: string }) {
    super({
      code: 'IPAM_POOL_IN_USE',
      kind: 'in-use',
      operation: 'delete pool',
      subject: id,
      reason: `it has ${count} ${count === 1n ? 'lease' : 'leases'}, such as ${holder.address} of ${holder.owner}`,
      hint: 'Release its leases first.',
    });
  }
}

/** Every address that the pool gives out by itself is taken. Code `IPAM_POOL_EXHAUSTED`. */
export class PoolExhaustedError extends TsnetError {
  constructor(id: string, prefix: IpPrefix, capacity: bigint, wanted = 1n, available = 0n) {
    super({
      code: 'IPAM_POOL_EXHAUSTED',
      kind: 'exhausted',
      operation: 'lease',
      subject: `${wanted === 1n ? 'an address' : `${wanted} addresses`} from pool ${id} with ${prefix}`,
      reason:
        available === 0n
          ? `all ${capacity} leasable addresses are held`
          : `only ${available} of ${capacity} leasable addresses are left`,
      hint: 'Release leases that are no longer needed, or add a pool.',
    });
  }
}

/** A request to lease, renew or reserve makes no sense. Code `IPAM_LEASE_INVALID`. */
export class InvalidLeaseError extends TsnetError {
  constructor(operation: string, subject: string, reason: string, hint: string) {
    super({ code: 'IPAM_LEASE_INVALID', kind: 'invalid', operation, subject, reason, hint });
  }
}

/** Nobody holds the address, or not any more. Code `IPAM_LEASE_NOT_FOUND`. */
export class LeaseNotFoundError extends TsnetError {
  constructor(operation: string, address: IpAddress, poolId: string) {
    super({
      code: 'IPAM_LEASE_NOT_FOUND',
      kind: 'not-found',
      operation,
      subject: `${address} of pool ${poolId}`,
      reason: 'nobody holds it',
      hint: 'Lease it again: its lease was released, or has ended.',
    });
  }
}

/** The owner used the key for a different request. Code `IPAM_LEASE_KEY_CONFLICT`. */
export class LeaseKeyConflictError extends TsnetError {
  constructor(poolId: string, owner: string, key: string, held: string) {
    super({
      code: 'IPAM_LEASE_KEY_CONFLICT',
      kind: 'conflict',
      operation: 'lease',
      subject: `from pool ${poolId} for ${owner} under key ${key}`,
      reason: `under that key it holds ${held}, which is not what was asked for`,
      hint: 'Repeat a request as it was, or choose another key.',
    });
  }
}

/** The address is reserved, and not for who asks. Code `IPAM_RESERVATION_HELD_BY_OTHER`. */
export class ReservationHeldByOtherError extends TsnetError {
  /** For whom it is reserved, if for anybody. */
  readonly owner: string | undefined;

  constructor(operation: string, address: IpAddress, poolId: string, owner: string | undefined) {
    super({
      code: 'IPAM_RESERVATION_HELD_BY_OTHER',
      kind: 'conflict',
      operation,
      subject: `${address} of pool ${poolId}`,
      reason: owner === undefined ? 'it is reserved, for nobody' : `it is reserved for ${owner}`,
      hint: 'Ask for another address, or give up the reservation first.',
    });
    this.owner = owner;
  }
}

/** The address is leased. Code `IPAM_ADDRESS_TAKEN`. */
export class AddressTakenError extends TsnetError {
  /** Who holds it. */
  readonly owner: string;

  constructor(address: IpAddress, poolId: string, owner: string, operation = 'lease') {
    super({
      code: 'IPAM_ADDRESS_TAKEN',
      kind: 'already-exists',
      operation,
      subject: `${address} from pool ${poolId}`,
      reason: `it is leased to ${owner}`,
      hint:
        operation === 'lease'
          ? 'Ask for another address, or leave the choice to the pool.'
          : `Choose another address, or let ${owner} release it first.`,
    });
    this.owner = owner;
  }
}

/** The address is never leased, by rule or because the pool excludes it. Code `IPAM_ADDRESS_RESERVED`. */
export class AddressReservedError extends TsnetError {
  constructor(address: IpAddress, poolId: string, reason: string, operation = 'lease') {
    super({
      code: 'IPAM_ADDRESS_RESERVED',
      kind: 'invalid',
      operation,
      subject: `${address} from pool ${poolId}`,
      reason,
      hint: 'Ask for another address, or leave the choice to the pool.',
    });
  }
}

/** The address does not lie in the pool's prefix. Code `IPAM_ADDRESS_OUTSIDE_POOL`. */
export class AddressOutsidePoolError extends TsnetError {
  constructor(operation: string, address: IpAddress, poolId: string, prefix: IpPrefix) {
    super({
      code: 'IPAM_ADDRESS_OUTSIDE_POOL',
      kind: 'invalid',
      operation,
      subject: `${address} of pool ${poolId}`,
      reason: `it lies outside ${prefix}`,
      hint: 'Name an address inside the prefix, or another pool.',
    });
  }
}

/** Somebody else holds the lease. Code `IPAM_LEASE_HELD_BY_OTHER`. */
export class LeaseHeldByOtherError extends TsnetError {
  /** Who holds it. */
  readonly owner: string;

  constructor(address: IpAddress, poolId: string, asked: string, owner: string, operation = 'release') {
    super({
      code: 'IPAM_LEASE_HELD_BY_OTHER',
      kind: 'conflict',
      operation,
      subject: `${address} of pool ${poolId} for ${asked}`,
      reason: `it is leased to ${owner}`,
      hint: 'Only its owner releases or renews a lease.',
    });
    this.owner = owner;
  }
}

/** No supernet has room for one more prefix. Code `IPAM_PREFIXES_EXHAUSTED`. */
export class PrefixesExhaustedError extends TsnetError {
  constructor(supernets: string, taken: string) {
    super({
      code: 'IPAM_PREFIXES_EXHAUSTED',
      kind: 'exhausted',
      operation: 'find a free prefix in',
      subject: supernets,
      reason: `no room is left beside ${taken}`,
      hint: 'Delete a network that is no longer needed, or add a supernet.',
    });
  }
}

/** No pool belongs to a group of that name. Code `IPAM_GROUP_NOT_FOUND`. */
export class GroupNotFoundError extends TsnetError {
  constructor(operation: string, group: string) {
    super({
      code: 'IPAM_GROUP_NOT_FOUND',
      kind: 'not-found',
      operation,
      subject: group,
      reason: 'no pool belongs to such a group',
      hint: 'Create a pool with this group, or name another one.',
    });
  }
}

/** The group has no pool of a family that was asked for. Code `IPAM_GROUP_FAMILY`. */
export class GroupFamilyError extends TsnetError {
  constructor(group: string, family: AddressFamily) {
    super({
      code: 'IPAM_GROUP_FAMILY',
      kind: 'not-found',
      operation: 'lease',
      subject: `an address from group ${group}`,
      reason: `it has no ${family} pool`,
      hint: 'Add a pool of this family to the group, or ask for the other one only.',
    });
  }
}

/** Every pool of one family of a group is exhausted. Code `IPAM_GROUP_EXHAUSTED`. */
export class GroupExhaustedError extends TsnetError {
  constructor(
    group: string,
    pools: readonly { readonly id: string; readonly prefix: IpPrefix; readonly capacity: bigint }[],
  ) {
    const names = pools.slice(0, 4).map(({ id, prefix, capacity }) => `${id} with ${prefix} (${capacity})`);
    const more = pools.length > names.length ? ` and ${pools.length - names.length} more` : '';
    const total = pools.reduce((sum, { capacity }) => sum + capacity, 0n);
    super({
      code: 'IPAM_GROUP_EXHAUSTED',
      kind: 'exhausted',
      operation: 'lease',
      subject: `an ${pools[0]?.prefix.family ?? 'IP'} address from group ${group}`,
      reason: `all ${total} leasable addresses of its pools are held: ${names.join(', ')}${more}`,
      hint: 'Release leases that are no longer needed, or add a pool to the group.',
    });
  }
}

/** The address cannot be had from the group, whose pools lie elsewhere. Code `IPAM_ADDRESS_OUTSIDE_GROUP`. */
export class AddressOutsideGroupError extends TsnetError {
  constructor(address: IpAddress, group: string, reason: string) {
    super({
      code: 'IPAM_ADDRESS_OUTSIDE_GROUP',
      kind: 'invalid',
      operation: 'lease',
      subject: `${address} from group ${group}`,
      reason,
      hint: 'Name an address inside one of its pools, or leave the choice to the group.',
    });
  }
}
