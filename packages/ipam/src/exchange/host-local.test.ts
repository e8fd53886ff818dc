import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leaseAddress } from '../lease/lease-address.ts';
import { listLeases } from '../lease/leases.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { HostLocalError } from './document-errors.ts';
import { readHostLocal } from './host-local.ts';
import { importPools } from './import-pools.ts';

/**
 * What host-local 1.1.1 of Debian left after three additions and one deletion, by file name. As data and
 * not as files, because not every system can have colons in the name of a file.
 */
const captured: Readonly<Record<string, string>> = JSON.parse(
  await readFile(new URL('../../test/fixtures/host-local.json', import.meta.url), 'utf8'),
);

const pools = [
  { id: 'demo', prefix: IpPrefix.parse('10.22.0.0/28'), gateway: IpAddress.parse('10.22.0.1') },
  { id: 'demo6', prefix: IpPrefix.parse('fd00:22::/64') },
];
const writtenAt = new Date('2026-01-02T03:04:05.006Z');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tsnet-ipam-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function fill(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, name), text);
    await utimes(join(directory, name), writtenAt, writtenAt);
  }
}

/** The names that other systems give to the same files. */
function withoutColons(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name.replaceAll(':', '_'), text]));
}

it('reads what the plugin wrote: leases of both families, with container, interface and time', async () => {
  await fill(withoutColons(captured));
  const document = await readHostLocal(directory, { pools });
  const eth0 = { owner: '4f1c9d2ae7b3', leasedAt: writtenAt.getTime(), labels: { ifName: 'eth0' } };
  const net1 = { owner: 'c0ffee123456', leasedAt: writtenAt.getTime(), labels: { ifName: 'net1' } };
  expect(JSON.parse(JSON.stringify(document)).pools).toMatchObject([
    {
      id: 'demo',
      cursor: '10.22.0.4',
      leases: [
        { address: '10.22.0.2', ...eth0 },
        { address: '10.22.0.4', ...net1 },
      ],
    },
    {
      id: 'demo6',
      cursor: 'fd00:22::4',
      leases: [
        { address: 'fd00:22::2', ...eth0 },
        { address: 'fd00:22::4', ...net1 },
      ],
    },
  ]);
});

it('reads names with colons all the same', async () => {
  await fill(captured);
  const withColons = await readHostLocal(directory, { pools });
  await rm(directory, { recursive: true });
  await mkdir(directory);
  await fill(withoutColons(captured));
  expect(JSON.stringify(withColons)).toBe(JSON.stringify(await readHostLocal(directory, { pools })));
});

it('goes on where the plugin stopped', async () => {
  await fill(withoutColons(captured));
  const document = await readHostLocal(directory, { pools });
  const store = new MemoryStore();
  await transact(store, (tx) => importPools(tx, document, { now: 0 }));
  const next = await transact(store, (tx) => leaseAddress(tx, 'demo', { owner: 'x', now: 0 }));
  // The plugin would give out .5 too: .3 was released, and comes back when the round is over.
  expect(`${next.address}`).toBe('10.22.0.5');
  const owned = await transact(store, (tx) => listLeases(tx, { owner: 'c0ffee123456' }));
  expect(owned.map(({ address }) => `${address}`)).toEqual(['10.22.0.4', 'fd00:22::4']);
});

it('reads files of old versions, which name no interface, and an empty directory', async () => {
  await expect(readHostLocal(directory, { pools })).resolves.toMatchObject({ pools: [{ leases: [] }, {}] });
  await fill({ '10.22.0.9': 'old-container\n' });
  const { pools: read } = await readHostLocal(directory, { pools });
  expect(read[0]?.leases).toMatchObject([{ owner: 'old-container', labels: {} }]);
});

it('reads more files than it opens at a time', async () => {
  const many = Array.from({ length: 200 }, (_, index) => [`10.22.4.${index + 1}`, `c${index}\r\neth0`]);
  await fill(Object.fromEntries(many));
  const wide = { id: 'wide', prefix: IpPrefix.parse('10.22.4.0/24') };
  const { pools: read } = await readHostLocal(directory, { pools: [wide] });
  expect(read[0]?.leases?.map(({ address, owner }) => `${address} ${owner}`)).toEqual(
    many.map(([name], index) => `${name} c${index}`),
  );
});

it('names every file that it does not understand, and reads none', async () => {
  await mkdir(join(directory, '10.22.0.12'));
  await fill({
    '10.22.0.2': 'fine\r\neth0',
    '10.22.0.3': '',
    '10.22.0.4': 'a\r\nb\r\nc',
    '10.99.0.1': 'elsewhere\r\neth0',
    README: 'by hand',
    'last_reserved_ip.0': '',
  });
  const error = await readHostLocal(directory, { pools }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(HostLocalError);
  expect(error.files).toEqual([
    '10.22.0.12',
    '10.22.0.3',
    '10.22.0.4',
    '10.99.0.1',
    'README',
    'last_reserved_ip.0',
  ]);
  expect(error).toMatchObject({ kind: 'corrupt', code: 'IPAM_HOST_LOCAL' });
  expect(error.message).toContain('its file 10.22.0.12 is not understood');
  expect(error.message).toContain('5 more');
});

it.for([
  ['10.22.0.3', ' \r\n', 'it names no container'],
  ['10.22.0.3', 'a\r\nb\r\nc', 'it has more than two lines'],
  ['10.22.1.3', 'a\r\neth0', 'it lies in none of the pools'],
  ['10.22.0.300', 'a\r\neth0', 'cannot parse'],
])('says what is wrong with %s holding %j: %s', async ([name = '', text = '', reason]) => {
  await fill({ [name]: text });
  const error = await readHostLocal(directory, { pools }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(HostLocalError);
  expect(error.message).toContain(`its file ${name} is not understood: ${reason}`);
});

it('says that there is no such directory, or that it is none', async () => {
  await expect(readHostLocal(join(directory, 'none'), { pools })).rejects.toMatchObject({
    kind: 'not-found',
    files: [],
  });
  await fill({ file: '' });
  await expect(readHostLocal(join(directory, 'file'), { pools })).rejects.toMatchObject({
    kind: 'unavailable',
  });
});
