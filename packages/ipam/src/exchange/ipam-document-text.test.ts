import { expect, it } from 'vitest';
import { DocumentVersionError, InvalidDocumentError } from './document-errors.ts';
import { parseIpamDocument } from './ipam-document-text.ts';

function textOf(pool: unknown): string {
  return JSON.stringify({
    format: 'tsnet-ipam',
    version: 1,
    pools: [{ id: 'p', prefix: '10.0.0.0/24' }, pool],
  });
}

function faultOf(text: string): InvalidDocumentError {
  try {
    parseIpamDocument(text);
  } catch (error) {
    if (error instanceof InvalidDocumentError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const whole = {
  id: 'blue',
  prefix: '10.20.0.0/24',
  range: '10.20.0.16-10.20.0.31',
  exclude: ['10.20.0.20', '10.20.0.24-10.20.0.25'],
  gateway: '10.20.0.1',
  hostPool: false,
  order: 'lowest-first',
  reuseDelay: 60_000,
  group: 'colors',
  carvedFrom: { prefix: '10.0.0.0/8', length: 24 },
  labels: { tier: 'web' },
  cursor: '10.20.0.17',
  reservations: [{ address: '10.20.0.99', owner: 'db', reservedAt: 1, labels: { rack: '7' } }],
  resting: [{ address: '10.20.0.18', until: 1_700_000_000_000 }],
  leases: [
    { address: '10.20.0.17', owner: 'web-1', leasedAt: 5, expiresAt: 10, key: 'k', labels: { a: 'b' } },
  ],
};

it('reads every member, and its text is what was read', () => {
  const document = parseIpamDocument(textOf(whole));
  expect(JSON.parse(JSON.stringify(document)).pools[1]).toEqual(whole);
});

it('wants no more of a pool than its id and prefix', () => {
  const { pools } = parseIpamDocument(
    textOf({ id: 'v6', prefix: 'fd00::/64', leases: [{ address: 'fd00::1', owner: 'x' }] }),
  );
  expect(JSON.parse(JSON.stringify(pools[0]))).toEqual({
    id: 'p',
    prefix: '10.0.0.0/24',
    exclude: [],
    reservations: [],
    resting: [],
    leases: [],
  });
  expect(`${pools[1]?.leases?.[0]?.address}`).toBe('fd00::1');
});

it('refuses a version that it does not know, whatever else is in the document', () => {
  const text = JSON.stringify({ format: 'tsnet-ipam', version: 2, subnets: {} });
  expect(() => parseIpamDocument(text)).toThrow(DocumentVersionError);
  expect(() => parseIpamDocument(text)).toThrow(
    'cannot import the document: it is of version 2, and this release reads version 1',
  );
});

it('refuses what is no document at all', () => {
  expect(faultOf('').reason).toContain('it is not JSON');
  expect(faultOf('{"format":"tsnet-ipam","version":1,"poo').reason).toContain('it is not JSON');
  expect(faultOf('[]')).toMatchObject({ path: '', reason: 'it is a list, not an object' });
  expect(faultOf('{}')).toMatchObject({ path: 'format', reason: 'it is missing' });
  expect(faultOf('{"format":"netbox"}')).toMatchObject({ path: 'format', reason: 'it is not "tsnet-ipam"' });
  expect(faultOf('{"format":"tsnet-ipam"}')).toMatchObject({ path: 'version', reason: 'it is missing' });
  expect(faultOf('{"format":"tsnet-ipam","version":"1"}')).toMatchObject({
    path: 'version',
    reason: 'it is "1", not a number',
  });
  expect(faultOf('{"format":"tsnet-ipam","version":1}')).toMatchObject({
    path: 'pools',
    reason: 'it is missing',
  });
  expect(faultOf('{"format":"tsnet-ipam","version":1,"pool":[]}')).toMatchObject({
    path: 'pool',
    reason: 'there is no such member',
    hint: 'Leave it out. There are: format, version, pools.',
  });
});

it.for<[object, string, string]>([
  [{ id: 7 }, 'pools[1].id', 'it is 7, not a text'],
  [{ prefix: '10.0.0.0' }, 'pools[1].prefix', '"10.0.0.0" is refused'],
  [{ range: '10.20.0.9-10.20.0.1' }, 'pools[1].range', 'the last address comes before the first'],
  [{ exclude: {} }, 'pools[1].exclude', 'it is an object, not a list'],
  [{ exclude: ['10.20.0.1', 5] }, 'pools[1].exclude[1]', 'it is 5, not a text'],
  [{ exclude: ['10.20.0.1', 'x'] }, 'pools[1].exclude[1]', '"x" is refused'],
  [{ exlude: [] }, 'pools[1].exlude', 'there is no such member'],
  [{ gateway: null }, 'pools[1].gateway', 'it is null, not a text'],
  [{ hostPool: 'yes' }, 'pools[1].hostPool', 'it is "yes", not true or false'],
  [{ reuseDelay: '1s' }, 'pools[1].reuseDelay', 'it is "1s", not a number'],
  [{ carvedFrom: { prefix: '10.0.0.0/8' } }, 'pools[1].carvedFrom.length', 'it is missing'],
  [{ carvedFrom: { prefix: 'x', length: 24 } }, 'pools[1].carvedFrom.prefix', '"x" is refused'],
  [{ carvedFrom: { size: 24 } }, 'pools[1].carvedFrom.size', 'there is no such member'],
  [{ labels: { a: 1 } }, 'pools[1].labels.a', 'it is 1, not a text'],
  [{ labels: { 'a b': [] } }, 'pools[1].labels["a b"]', 'it is a list, not a text'],
  [{ leases: [null] }, 'pools[1].leases[0]', 'it is null, not an object'],
  [{ leases: [{ owner: 'x' }] }, 'pools[1].leases[0].address', 'it is missing'],
  [{ leases: [{ address: '10.20.0.1' }] }, 'pools[1].leases[0].owner', 'it is missing'],
  [
    { leases: [{ address: '10.20.0.256', owner: 'x' }] },
    'pools[1].leases[0].address',
    '"10.20.0.256" is refused',
  ],
  [
    { reservations: [{ address: '10.20.0.1', key: 'x' }] },
    'pools[1].reservations[0].key',
    'there is no such member',
  ],
  [{ resting: [{ address: '10.20.0.1' }] }, 'pools[1].resting[0].until', 'it is missing'],
])('refuses %j at %s: %s', ([change, path, reason]) => {
  const error = faultOf(textOf({ ...whole, ...change }));
  expect(error.path).toBe(path);
  expect(error.reason).toContain(reason);
  expect(error.message).toContain(`cannot import ${path}: `);
  expect(error.hint).not.toBe('');
});

it('cuts what came from outside short, so that it cannot flood a message', () => {
  const error = faultOf(textOf({ ...whole, prefix: 'x'.repeat(100_000), [`${'y'.repeat(9000)} `]: 1 }));
  expect(error.message.length).toBeLessThan(300);
  expect(faultOf(textOf({ ...whole, prefix: 'x'.repeat(100_000) })).message.length).toBeLessThan(300);
});
