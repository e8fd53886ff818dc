import { Ipam, SqliteStore } from '@tsnet/ipam';
import { serve } from '../shared/remote.ts';

/*
 * node writer-subject.ts FILE POOL OWNER
 *
 * One of several processes that lease from one file.
 */
const [file = '', poolId = '', owner = ''] = process.argv.slice(2);
const store = await SqliteStore.open(file);
const ipam = new Ipam(store);

serve({
  /** Has callers lease for so many milliseconds, each one lease after another. Returns how many a second in all. */
  async run(milliseconds: number, callers: number): Promise<number> {
    const start = performance.now();
    let count = 0;
    const leaseInTurn = async () => {
      while (performance.now() < start + milliseconds) {
        await ipam.lease(poolId, { owner });
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: callers }, leaseInTurn));
    return (count / (performance.now() - start)) * 1000;
  },

  close: () => store.close(),
});
