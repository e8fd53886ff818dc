import { Ipam, type Lease, SqliteStore } from '@tsnet/ipam';
import { serve } from '../shared/remote.ts';
import { POOL } from './fill.ts';
import { BATCH, newOwner } from './load.ts';

/*
 * node point-subject.ts FILE
 *
 * A store that was filled, in a process of its own, so that no other store's garbage or caches are in the way.
 */
const [file = ''] = process.argv.slice(2);
const store = await SqliteStore.open(file);
const ipam = new Ipam(store);

/** What one round took. */
export interface RoundSample {
  /** Microseconds of each. */
  readonly lease: readonly number[];
  readonly release: readonly number[];
  /** Milliseconds of 1,000 in one transaction. */
  readonly batchLease: number;
  readonly batchRelease: number;
}

serve({
  /** Leases `burst` addresses one by one, each for an owner of its own, and releases them; then a batch at once. */
  async round(burst: number): Promise<RoundSample> {
    const owners = Array.from({ length: burst }, newOwner);
    const leases: Lease[] = [];
    const lease: number[] = [];
    for (const owner of owners) {
      const start = performance.now();
      leases.push(await ipam.lease(POOL, { owner }));
      lease.push((performance.now() - start) * 1000);
    }
    const release: number[] = [];
    for (const { address, owner } of leases) {
      const start = performance.now();
      await ipam.release(POOL, address, owner);
      release.push((performance.now() - start) * 1000);
    }
    return { lease, release, ...(await batch()) };
  },

  close: () => store.close(),
});

async function batch() {
  const owner = newOwner();
  const start = performance.now();
  await ipam.leaseMany(POOL, { owner, count: BATCH });
  const leased = performance.now();
  await ipam.releaseOwner(owner, POOL);
  return { batchLease: leased - start, batchRelease: performance.now() - leased };
}
