/** A process that commits to `FILE` until that fails, and prints the error with what is left: `node fill-worker.ts FILE`. */
import { isTsnetError } from '@tsnet/errors';
import { SqliteStore } from '../src/store/sqlite-store.ts';

const [file = ''] = process.argv.slice(2);
let commits = 0;
try {
  await using store = await SqliteStore.open(file);
  try {
    for (; commits < 100_000; commits += 1) {
      const puts = ['a', 'b'].map((part) => ({ key: `k/${commits}/${part}`, value: 'x'.repeat(500) }));
      await store.commit({ checks: [], puts, deletes: [] });
    }
  } catch (error) {
    if (!isTsnetError(error)) throw error;
    const entries = await store.list('');
    const pairs = entries.every(({ key }) => Number(key.split('/')[1]) < commits);
    const intact = pairs && entries.length === commits * 2;
    process.stdout.write(JSON.stringify({ ...error.toJSON(), commits, intact }));
  }
} catch (error) {
  process.stdout.write(JSON.stringify(error));
}
