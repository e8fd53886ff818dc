import type { CallOptions, Input, Output } from '@tsnet/api';
import { IpAddress } from '@tsnet/inet';
import { deletePool as forgetPool, getPool, type Lease, releasePool, transact } from '@tsnet/ipam';
import { leaseDocument, reservationDocument } from '../documents/lease-document.ts';
import { poolDocument } from '../documents/pool-document.ts';
import { PoolOfNetworkError } from '../errors.ts';
import type { RecordsContext } from '../records-context.ts';
import { readForeignOwner } from '../specs/foreign-owner.ts';
import { readPoolSpec } from '../specs/pool-spec.ts';

async function createPool(
  { ipam }: RecordsContext,
  input: Input<'createPool'>,
): Promise<Output<'createPool'>> {
  return poolDocument(await ipam.createPool(readPoolSpec(input)));
}

/** @throws {@link PoolOfNetworkError} */
async function deletePool(
  { store, inventory, now }: RecordsContext,
  { pool: id, force = false }: Input<'deletePool'>,
): Promise<Output<'deletePool'>> {
  // One time for both, or a lease could end between them.
  const time = now();
  return transact(store, async (tx) => {
    const pool = await getPool(tx, id);
    // A network makes its pools in one commit with its own record: one that comes after this look conflicts.
    const networks = await inventory.listNetworks();
    const user = networks.find(({ subnets }) => subnets.some(({ poolId }) => poolId === id));
    if (user !== undefined) throw new PoolOfNetworkError(id, user.name);
    if (force) await releasePool(tx, id, time);
    await forgetPool(tx, id, time);
    return poolDocument(pool);
  });
}

/** With an idempotency key, and none for the lease itself, the lease has that one. */
async function lease(
  { ipam }: RecordsContext,
  input: Input<'lease'>,
  { idempotencyKey }: CallOptions,
): Promise<Output<'lease'>> {
  const { pool, address, preferred, count, key = idempotencyKey, ...rest } = input;
  const terms = { ...rest, key, owner: readForeignOwner(input.owner) };
  const leases =
    count === undefined
      ? [await ipam.lease(pool, { ...terms, address: parsed(address), preferred: parsed(preferred) })]
      : await ipam.leaseMany(pool, { ...terms, count });
  return leases.map((each) => leaseDocument(each));
}

async function renew(
  { ipam }: RecordsContext,
  { pool, address, owner, ttl }: Input<'renew'>,
): Promise<Output<'renew'>> {
  const terms = { owner: readForeignOwner(owner), ttl };
  return leaseDocument(await ipam.renew(pool, IpAddress.parse(address), terms));
}

async function release({ ipam }: RecordsContext, input: Input<'release'>): Promise<Output<'release'>> {
  const owner = readForeignOwner(input.owner);
  const address = IpAddress.parse(input.address);
  const wasHeld = await ipam.release(input.pool, address, owner);
  return wasHeld ? [{ address: `${address}`, pool: input.pool, owner }] : [];
}

async function releaseOwner(
  { ipam }: RecordsContext,
  input: Input<'releaseOwner'>,
): Promise<Output<'releaseOwner'>> {
  const owner = readForeignOwner(input.owner);
  if (input.pool !== undefined) await ipam.getPool(input.pool);
  return (await ipam.releaseOwner(owner, input.pool)).map(placeDocument);
}

async function reserve({ ipam }: RecordsContext, input: Input<'reserve'>): Promise<Output<'reserve'>> {
  const { pool, labels } = input;
  const owner = input.owner === undefined ? undefined : readForeignOwner(input.owner);
  return reservationDocument(
    await ipam.reserve(pool, { address: IpAddress.parse(input.address), owner, labels }),
  );
}

async function unreserve(
  { ipam }: RecordsContext,
  { pool, address: text }: Input<'unreserve'>,
): Promise<Output<'unreserve'>> {
  const address = IpAddress.parse(text);
  return (await ipam.unreserve(pool, address)) ? [{ address: `${address}`, pool }] : [];
}

/** The operations that change pools and leases alone. */
export const poolChanges = {
  createPool,
  deletePool,
  lease,
  renew,
  release,
  releaseOwner,
  reserve,
  unreserve,
} as const;

function parsed(address: string | undefined): IpAddress | undefined {
  return address === undefined ? undefined : IpAddress.parse(address);
}

function placeDocument({ address, poolId, owner }: Lease) {
  return { address: `${address}`, pool: poolId, owner };
}
