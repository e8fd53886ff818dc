/*
 * node lease-once.mjs FILE lease|release OWNER
 *
 * A whole program around one lease, or around releasing what an owner holds. It is not TypeScript, because what
 * is compared with is a compiled program as well. It prints what its parts took, in milliseconds.
 */
import { Ipam, SqliteStore } from '@tsnet/ipam';

const [file, verb, owner] = process.argv.slice(2);
const loaded = performance.now();
const store = await SqliteStore.open(file);
const opened = performance.now();
const ipam = new Ipam(store);
if (verb === 'lease') await ipam.lease('bench', { owner });
else await ipam.releaseOwner(owner, 'bench');
const done = performance.now();
const rss = process.memoryUsage.rss();
await store.close();
const closed = performance.now();
const parts = { loaded, opened: opened - loaded, done: done - opened, closed: closed - done, rss };
process.stdout.write(JSON.stringify(parts));
