import { IpPrefix } from '@tsnet/inet';
import { expect, it } from 'vitest';
import { PoolOverlapError } from '../errors.ts';
import { createPool, poolUsage } from '../pool/pools.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { transact } from '../store/transact.ts';
import { InvalidDocumentError } from './document-errors.ts';
import { importPools } from './import-pools.ts';
import { parseSubnetJson } from './subnet-json.ts';

/** A text of zeros with ones at some places. */
function bitmap(length: number, ...taken: readonly number[]): string {
  const characters = new Array<string>(length).fill('0');
  for (const index of taken) characters[index] = '1';
  return characters.join('');
}

function leased(subnets: Readonly<Record<string, string>>): readonly string[] {
  const { pools } = parseSubnetJson(JSON.stringify(subnets));
  return pools.flatMap(({ leases = [] }) => leases.map(({ address }) => `${address}`));
}

function faultOf(text: string): InvalidDocumentError {
  try {
    parseSubnetJson(text);
  } catch (error) {
    if (error instanceof InvalidDocumentError) return error;
    throw error;
  }
  throw new Error('it was read');
}

it('makes a pool of each prefix and a lease of each 1, held by the owner that is named', () => {
  const text = JSON.stringify({ '192.168.0.0/24': bitmap(256, 0, 2), '10.0.0.0/30': bitmap(4) });
  expect(JSON.parse(JSON.stringify(parseSubnetJson(text, { owner: 'bridge0' }))).pools).toEqual([
    {
      id: '192.168.0.0/24',
      prefix: '192.168.0.0/24',
      hostPool: false,
      leases: [
        { address: '192.168.0.1', owner: 'bridge0' },
        { address: '192.168.0.3', owner: 'bridge0' },
      ],
    },
    { id: '10.0.0.0/30', prefix: '10.0.0.0/30', hostPool: false, leases: [] },
  ]);
  expect(parseSubnetJson(text).pools[0]?.leases?.[0]?.owner).toBe('imported');
  expect(parseSubnetJson('{}').pools).toEqual([]);
});

it('finds the address that the allocator gave out for an index, whose last octet does not carry', () => {
  expect(leased({ '192.168.0.0/24': bitmap(256, 0, 1, 253) })).toEqual([
    '192.168.0.1',
    '192.168.0.2',
    '192.168.0.254',
  ]);
  expect(leased({ '10.1.0.0/22': bitmap(1024, 254, 256, 510, 511, 512) })).toEqual([
    '10.1.0.255',
    '10.1.1.1',
    '10.1.1.255',
    '10.1.1.0',
    '10.1.2.1',
  ]);
  expect(leased({ '172.16.0.0/12': bitmap(2 ** 20, 65_555) })).toEqual(['172.17.0.20']);
  expect(leased({ '10.2.0.0/31': '10' })).toEqual(['10.2.0.1']);
});

it('refuses an index for which the allocator gave out what no host can have', () => {
  const cases = [
    ['192.168.0.0/24', 254, '192.168.0.255'],
    ['192.168.0.0/24', 255, '192.168.0.0'],
    ['10.1.0.0/22', 255, '10.1.0.0'],
    ['10.0.0.0/25', 127, '10.0.0.128'],
    ['10.0.0.128/25', 127, '10.0.0.0'],
    ['10.2.0.0/30', 3, '10.2.0.4'],
    ['10.2.0.0/31', 1, '10.2.0.2'],
    ['10.2.0.1/32', 0, '10.2.0.2'],
  ] as const;
  for (const [prefix, index, address] of cases) {
    const length = 2 ** (32 - Number(prefix.split('/')[1]));
    const error = faultOf(JSON.stringify({ [prefix]: bitmap(length, index) }));
    expect(error.path).toBe(`["${prefix}"]`);
    expect(error.reason).toBe(
      `its character ${index} stands for ${address}, which is no address for a host of ${prefix}`,
    );
  }
});

it('reads files of any size: a /21, eight /24s and a thousand more', async () => {
  const eight = Array.from({ length: 8 }, (_, index) => [`10.9.${index}.0/24`, bitmap(256, 0, 1)]);
  const more = Array.from({ length: 1000 }, (_, index) => [
    `11.${index >> 8}.${index & 255}.0/24`,
    bitmap(256, 0),
  ]);
  const taken = Array.from({ length: 2046 }, (_, index) => index).filter((index) => index !== 255);
  const subnets = Object.fromEntries([['10.8.0.0/21', bitmap(2048, ...taken)], ...eight, ...more]);
  const document = parseSubnetJson(JSON.stringify(subnets));
  const store = new MemoryStore();
  const pools = await transact(store, (tx) => importPools(tx, document, { now: 5 }));
  expect(pools).toHaveLength(1009);
  const usage = await transact(store, (tx) => poolUsage(tx, '10.8.0.0/21'));
  expect(usage).toMatchObject({ used: 2045n, free: 1n });
});

it('reads a /8, and one that is taken to the middle', () => {
  const taken = Array.from({ length: 200 }, (_, index) => index + 300);
  expect(
    leased({ '10.0.0.0/8': bitmap(2 ** 24, 2 ** 23), '11.0.0.0/16': bitmap(2 ** 16, ...taken) }),
  ).toHaveLength(201);
});

it('refuses prefixes that overlap, here or in the store', async () => {
  const document = parseSubnetJson(`{"10.0.0.0/30":"0000","10.0.0.0/31":"00"}`);
  const store = new MemoryStore();
  await expect(transact(store, (tx) => importPools(tx, document, { now: 0 }))).rejects.toMatchObject({
    path: 'pools[1].prefix',
    reason: '10.0.0.0/31 overlaps pools[0] with 10.0.0.0/30',
  });
  const spec = { id: 'wide', prefix: IpPrefix.parse('10.0.0.0/29') };
  await transact(store, (tx) => createPool(tx, spec));
  const narrow = parseSubnetJson('{"10.0.0.4/30":"0000"}');
  await expect(transact(store, (tx) => importPools(tx, narrow, { now: 0 }))).rejects.toThrow(
    PoolOverlapError,
  );
});

it.for([
  ['', '', 'it is not JSON'],
  ['{"10.0.0.0/24":"0000', '', 'it is not JSON'],
  ['[]', '', 'it is a list, not an object'],
  ['null', '', 'it is null, not an object'],
  ['{"10.0.0.0/24":256}', '["10.0.0.0/24"]', 'it is 256, not a text'],
  ['{"10.0.0.0/30":"000"}', '["10.0.0.0/30"]', 'it has 3 characters, and 10.0.0.0/30 has 4 addresses'],
  ['{"10.0.0.0/30":""}', '["10.0.0.0/30"]', 'it has 0 characters, and 10.0.0.0/30 has 4 addresses'],
  ['{"10.0.0.0/30":"01x0"}', '["10.0.0.0/30"]', 'its character 2 is "x", neither 0 nor 1'],
  ['{"10.0.0.1/30":"0000"}', '["10.0.0.1/30"]', 'it has host bits'],
  ['{"blue":"0000"}', 'blue', '"blue" is refused'],
  ['{"fd00::/126":"0000"}', '["fd00::/126"]', 'the allocator of this file works for IPv4 only'],
  ['{"10.0.0.0/30":"1000", "10.0.0.0/30" : "0000"}', '', 'it has a prefix twice'],
  ['{"10.0.0.0/30":"1000","10.0.0.0\\/30":"0000"}', '', 'it has a prefix twice'],
])('refuses %s at %j: %s', ([text = '', path, reason]) => {
  const error = faultOf(text);
  expect(error.path).toBe(path);
  expect(error.reason).toContain(reason);
  expect(error.hint).not.toBe('');
});
