/** A process that opens `FILE` for reading only, and prints what is in it or the error: `node read-worker.ts FILE`. */
import { SqliteStore } from '../../src/store/sqlite-store.ts';

const [file = ''] = process.argv.slice(2);
try {
  await using store = await SqliteStore.open(file, { readOnly: true });
  process.stdout.write(JSON.stringify(await store.list('')));
} catch (error) {
  process.stdout.write(JSON.stringify(error));
}
