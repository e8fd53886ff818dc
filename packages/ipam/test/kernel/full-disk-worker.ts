/**
 * A process that fills its disk, and shows that a store on it loses nothing: `node full-disk-worker.ts FILE`.
 * It prints what it met.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isTsnetError } from '@tsnet/errors';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { transact } from '../../src/store/transact.ts';

const [file = ''] = process.argv.slice(2);
const ballast = `${file}.ballast`;

/** Writes until nothing more goes in. */
function fillDisk(): void {
  const descriptor = openSync(ballast, 'w');
  for (const size of [65_536, 4096, 512]) {
    try {
      while (writeSync(descriptor, Buffer.alloc(size)) > 0);
    } catch {
      // Smaller pieces may still fit.
    }
  }
  closeSync(descriptor);
}

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
    return 'none';
  } catch (error) {
    return isTsnetError(error) ? error.code : String(error);
  }
}

const old = new DatabaseSync(file);
old.exec(`
  CREATE TABLE entries (key TEXT PRIMARY KEY NOT NULL, value ANY NOT NULL, revision INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
  INSERT INTO head VALUES (1, 1);
  INSERT INTO entries VALUES ('a', 'old', 1);
  PRAGMA application_id = 0x74736e74;
  PRAGMA user_version = 1;
`);
old.close();

fillDisk();
const upgrade = await codeOf(SqliteStore.open(file));
rmSync(ballast);

await using store = await SqliteStore.open(file);
const kept = await store.list('');
fillDisk();
const large = 'x'.repeat(100_000);
const change = () =>
  transact(store, async (tx) => {
    await tx.get('a');
    tx.put('a', 'new');
    tx.put('b', large);
  });
const full = await codeOf(change());
const meanwhile = await store.list('');
rmSync(ballast);
const after = await codeOf(change());
const changed = (await store.list('')).map(({ key }) => key);
process.stdout.write(JSON.stringify({ upgrade, kept, full, meanwhile, after, changed }));
