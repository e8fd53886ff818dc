import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpPrefix } from '@tsnet/inet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool } from '../src/pool/pools.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { transact } from '../src/store/transact.ts';

const root = join(import.meta.dirname, '..');
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
});

afterEach(() => rm(directory, { recursive: true }));

/** Writes the example that holds `mark` to a file, importing this package from its source. */
async function example(mark: string): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const code = [...readme.matchAll(/```ts\n(.*?)```/gs)]
    .map(([, body = '']) => body)
    .find((body) => body.includes(mark));
  expect(code).toBeDefined();
  const file = join(directory, 'example.ts');
  await writeFile(file, (code ?? '').replaceAll("'@tsnet/ipam'", JSON.stringify(join(root, 'src/index.ts'))));
  return file;
}

it('the first example prints what the README says, on its first and its second run', async () => {
  const file = await example('SqliteStore.open');
  const run = () => execFileSync(process.execPath, [file], { cwd: directory, encoding: 'utf8' });
  expect(run()).toBe('web-1 has 10.20.0.1\n');
  expect(run()).toBe('web-1 has 10.20.0.2\n');
});

it('the example of one commit stores leases and a record together', async () => {
  const { connect } = await import(await example('export function connect'));
  const store = new MemoryStore();
  await transact(store, async (tx) => {
    await createPool(tx, { id: 'blue', prefix: IpPrefix.parse('10.20.0.0/24') });
    await createPool(tx, { id: 'blue6', prefix: IpPrefix.parse('fd00:20::/64') });
  });
  await connect(store, 'web-1', 0);
  expect((await store.get(['endpoint/web-1']))[0]?.value).toBe('["10.20.0.1","fd00:20::1"]');
});
