import { Ipam, SqliteStore } from '@tsnet/ipam';
import { serve } from '../shared/remote.ts';

/*
 * node writer-subject.ts FILE POOL OWNER
 *
 * One of several processes that lease from one file, each lease after the one before it.
 */
const [file = '', poolId = '', owner = ''] = process.argv.slice(2);
const store = await SqliteStore.open(file);
const ipam = new Ipam(store);

serve({
  /** Leases for so many milliseconds. Returns how many a second. */
  async run(milliseconds: number): Promise<number> {
    const start = performance.now();
    let count = 0;
    let now = start;
    while (now < start + milliseconds) {
      await ipam.lease(poolId, { owner });
      count += 1;
      now = performance.now();
    }
    return (count / (now - start)) * 1000;
  },

  close: () => store.close(),
});
