import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AddressOutsidePoolError,
  InvalidPoolError,
  LeaseHeldByOtherError,
  PoolExhaustedError,
  PoolExistsError,
  PoolNotFoundError,
  PoolOverlapError,
} from '../src/errors.ts';
import { Ipam } from '../src/ipam.ts';
import { SqliteStore } from '../src/store/sqlite-store.ts';

let directory: string;
let file: string;
let store: SqliteStore;
let ipam: Ipam;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
  file = join(directory, 'store.db');
  store = await SqliteStore.open(file);
  ipam = new Ipam(store);
});

afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const prefix = (text: string) => IpPrefix.parse(text);
const address = (text: string) => IpAddress.parse(text);

async function takeAll(poolId: string): Promise<readonly string[]> {
  const taken: string[] = [];
  try {
    for (;;) taken.push(`${(await ipam.lease(poolId, { owner: 'web' })).address}`);
  } catch (error) {
    expect(error).toBeInstanceOf(PoolExhaustedError);
    return taken;
  }
}

/** What a small allocator that keeps a bitmap as text in a JSON file gets wrong, each made impossible here. */
describe('the defects of a first allocator', () => {
  it('1: state of any size is read back whole', async () => {
    await ipam.createPool({ id: 'wide', prefix: prefix('10.8.0.0/21') });
    for (let n = 0; n < 32; n += 1) await ipam.createPool({ id: `${n}`, prefix: prefix(`10.0.${n}.0/24`) });
    expect(await takeAll('wide')).toHaveLength(2046);
    await store.close();
    store = await SqliteStore.open(file);
    ipam = new Ipam(store);
    expect(await ipam.listPools()).toHaveLength(33);
    expect(await ipam.listLeases({ poolId: 'wide' })).toHaveLength(2046);
  });

  it('2: a full pool is an error, and neither network, broadcast nor no address comes out', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.0.0.0/24') });
    expect(await takeAll('p')).toEqual(Array.from({ length: 254 }, (_, index) => `10.0.0.${index + 1}`));
    for (let n = 0; n < 3; n += 1) {
      await expect(ipam.lease('p', { owner: 'x' })).rejects.toMatchObject({ kind: 'exhausted' });
    }
  });

  it('3: addresses carry from one octet to the next', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.1.0.0/22') });
    const taken = await takeAll('p');
    expect(taken).toHaveLength(1022);
    expect(taken.slice(253, 257)).toEqual(['10.1.0.254', '10.1.0.255', '10.1.1.0', '10.1.1.1']);
    expect(taken.slice(509, 513)).toEqual(['10.1.1.254', '10.1.1.255', '10.1.2.0', '10.1.2.1']);
  });

  it('4: /30, /31 and /32 give nothing outside of them, and nothing reserved', async () => {
    await ipam.createPool({ id: '30', prefix: prefix('10.2.0.0/30') });
    await ipam.createPool({ id: '31', prefix: prefix('10.2.1.0/31'), hostPool: true });
    await ipam.createPool({ id: '32', prefix: prefix('10.2.2.1/32'), hostPool: true });
    expect(await takeAll('30')).toEqual(['10.2.0.1', '10.2.0.2']);
    expect(await takeAll('31')).toEqual(['10.2.1.0', '10.2.1.1']);
    expect(await takeAll('32')).toEqual(['10.2.2.1']);
    await expect(ipam.createPool({ id: 'x', prefix: prefix('10.3.0.0/31') })).rejects.toThrow(
      InvalidPoolError,
    );
  });

  it('5: a release leaves the address that it was given as it is', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.1.1.0/24') });
    const given = address('10.1.1.5');
    await ipam.lease('p', { owner: 'web', address: given });
    await ipam.release('p', given, 'web');
    expect(`${given}`).toBe('10.1.1.5');
  });

  it('6: a release of what was never there is an answer or a typed error', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.1.1.0/24') });
    const release = (poolId: string, text: string) => ipam.release(poolId, address(text), 'web');
    await expect(release('none', '10.1.1.5')).rejects.toThrow(PoolNotFoundError);
    await expect(release('p', '10.1.2.5')).rejects.toThrow(AddressOutsidePoolError);
    await expect(release('p', 'fd00::5')).rejects.toThrow(AddressOutsidePoolError);
    expect(await release('p', '10.1.1.0')).toBe(false);
  });

  it('7: a second release says that nothing was held, and never frees what another took since', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.1.1.0/24') });
    const lease = await ipam.lease('p', { owner: 'old' });
    expect(await ipam.release('p', lease.address, 'old')).toBe(true);
    expect(await ipam.release('p', lease.address, 'old')).toBe(false);
    await ipam.lease('p', { owner: 'new', address: lease.address });
    await expect(ipam.release('p', lease.address, 'old')).rejects.toThrow(LeaseHeldByOtherError);
    expect((await ipam.findLease('p', lease.address))?.owner).toBe('new');
  });

  it('8: IPv6 pools work, the small and the vast', async () => {
    await ipam.createPool({ id: '64', prefix: prefix('fd00:1::/64') });
    await ipam.createPool({ id: '120', prefix: prefix('fd00:2::/120') });
    expect(`${(await ipam.lease('64', { owner: 'web' })).address}`).toBe('fd00:1::1');
    const taken = await takeAll('120');
    expect(taken).toHaveLength(255);
    expect([taken[0], taken[254]]).toEqual(['fd00:2::1', 'fd00:2::ff']);
  });

  it('9: two at once never get the same address, nor an error', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.0.0.0/16') });
    await using otherStore = await SqliteStore.open(file);
    const other = new Ipam(otherStore);
    const taken: string[] = [];
    for (let round = 0; round < 200; round += 1) {
      const leases = await Promise.all([ipam, other].map((one) => one.lease('p', { owner: 'web' })));
      taken.push(...leases.map((lease) => `${lease.address}`));
    }
    expect(new Set(taken).size).toBe(400);
  });

  it('10: an empty file is a new store, and one cut off in the middle of a write loses only that write', async () => {
    const empty = join(directory, 'empty.db');
    await writeFile(empty, '');
    await using fresh = await SqliteStore.open(empty);
    expect(await fresh.list('')).toEqual([]);

    await ipam.createPool({ id: 'p', prefix: prefix('10.0.0.0/24') });
    await ipam.lease('p', { owner: 'whole' });
    const { size } = await stat(`${file}-wal`);
    await ipam.lease('p', { owner: 'torn' });
    // A copy of the files as a crash leaves them, with the last write half done.
    const copy = join(directory, 'copy.db');
    execFileSync('cp', [file, copy]);
    execFileSync('cp', [`${file}-wal`, `${copy}-wal`]);
    execFileSync('truncate', ['-s', `${size + 100}`, `${copy}-wal`]);
    await using recovered = await SqliteStore.open(copy);
    const again = new Ipam(recovered);
    expect((await again.listLeases()).map(({ owner }) => owner)).toEqual(['whole']);
    expect(`${(await again.lease('p', { owner: 'next' })).address}`).toBe('10.0.0.2');
  });

  it('11: prefixes that overlap are refused, and so is the same one twice', async () => {
    await ipam.createPool({ id: 'a', prefix: prefix('10.0.0.0/24') });
    await expect(ipam.createPool({ id: 'b', prefix: prefix('10.0.0.0/25') })).rejects.toThrow(
      PoolOverlapError,
    );
    await expect(ipam.createPool({ id: 'b', prefix: prefix('10.0.0.0/24') })).rejects.toThrow(
      PoolOverlapError,
    );
    await expect(ipam.createPool({ id: 'a', prefix: prefix('10.0.0.0/24') })).rejects.toThrow(
      PoolExistsError,
    );
  });

  it('12: what a lease stores does not grow with the pool', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.0.0.0/8') });
    await ipam.lease('p', { owner: 'a' });
    for (let n = 0; n < 100; n += 1) await ipam.lease('p', { owner: 'a' });
    await ipam.lease('p', { owner: 'b' });
    const entries = await store.list('');
    const newest = Math.max(...entries.map(({ revision }) => revision));
    const written = entries.filter(({ revision }) => revision === newest);
    const bytes = written.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    expect(written).toHaveLength(4);
    expect(bytes).toBeLessThan(400);
  });

  it('13: a pool serves any number of owners one after another', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.0.0.0/29') });
    for (let n = 0; n < 1000; n += 1) {
      const { address: leased } = await ipam.lease('p', { owner: `run-${n}` });
      expect(await ipam.release('p', leased, `run-${n}`)).toBe(true);
    }
    expect((await ipam.usage('p')).used).toBe(0n);
  });

  it('14: a deleted pool leaves nothing, every lease names its owner, and an address can be asked for', async () => {
    await ipam.createPool({ id: 'p', prefix: prefix('10.0.0.0/24') });
    const lease = await ipam.lease('p', { owner: 'web', address: address('10.0.0.77') });
    expect((await ipam.listLeases()).map((one) => [`${one.address}`, one.owner])).toEqual([
      ['10.0.0.77', 'web'],
    ]);
    await ipam.release('p', lease.address, 'web');
    await ipam.deletePool('p');
    expect(await store.list('')).toEqual([]);
  });

  it('15: an import writes nothing, and a directory that is made can be entered', async () => {
    const place = join(directory, 'place');
    const nested = join(place, 'a', 'b', 'store.db');
    const index = join(import.meta.dirname, '../src/index.ts');
    const program = `await import(${JSON.stringify(index)})`;
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: directory });
    expect((await readdir(directory)).filter((name) => !name.startsWith('store.db'))).toEqual([]);
    await (await SqliteStore.open(nested)).close();
    expect((await stat(join(place, 'a'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(place, 'a', 'b'))).toContain('store.db');
  });
});
