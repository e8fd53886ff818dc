import { describe, expect, it } from 'vitest';
import { TestState } from './testing/test-state.ts';

interface LeaseJson {
  readonly address: string;
  readonly expiresAt: string | null;
}

describe('tsnet ipam create and rm', () => {
  it('make a pool with all its settings, and take it away', async () => {
    const state = new TestState();
    const settings = [
      '--ip-range',
      'fd00:20::100-fd00:20::1ff',
      '--exclude',
      'fd00:20::110',
      '--gateway',
      'fd00:20::1',
    ];
    const choice = ['--order', 'lowest-first', '--reuse-delay', '10m', '--label', 'tier=web'];
    expect(await state.json('create', 'lab', '--subnet', 'fd00:20::/64', ...settings, ...choice)).toEqual({
      ...{ id: 'lab', prefix: 'fd00:20::/64', network: null, range: 'fd00:20::100-fd00:20::1ff' },
      ...{ exclude: ['fd00:20::110'], gateway: 'fd00:20::1', hostPool: false, order: 'lowest-first' },
      ...{ reuseDelay: 600_000, group: null, labels: { tier: 'web' }, capacity: 255 },
    });
    await state.ok('create', 'pair', '--subnet', '10.9.0.0/31', '--host-pool');
    expect(await state.ok('rm', 'lab', 'pair')).toBe('removed pool lab\nremoved pool pair');
    expect(await state.ok('ls')).toBe('no pools');
  });

  it('refuse names that are taken, prefixes that overlap, and pools that are in use', async () => {
    const state = await TestState.open();
    expect(await state.fault(5, 'create', 'blue', '--subnet', '10.30.0.0/24')).toContain(
      'tsnet ipam rm blue',
    );
    expect(await state.fault(6, 'create', 'red', '--subnet', '10.20.0.0/24')).toContain('overlaps pool blue');
    expect(await state.fault(3, 'rm', 'red')).toContain('tsnet ipam ls');
    await state.ok('lease', 'blue', '--owner', 'vm');
    expect(await state.fault(7, 'rm', 'blue')).toMatch(/10\.20\.0\.1 of vm\n.*inspect blue.*--force/);
    expect(await state.ok('rm', 'blue', '--force')).toBe('removed pool blue');
  });
});

describe('tsnet ipam lease, renew and release', () => {
  it('lease the next address, a given one, one that is preferred, and many', async () => {
    const state = await TestState.open();
    expect(await state.ok('lease', 'blue', '--owner', 'vm', '--label', 'a=b')).toBe(
      'leased 10.20.0.1 of blue for vm (a=b)',
    );
    expect(await state.json('lease', 'blue', '--owner', 'vm', '--ip', '10.20.0.9', '--key', 'k')).toEqual({
      ...{ address: '10.20.0.9', pool: 'blue', owner: 'vm', holder: { kind: 'other' } },
      ...{ leasedAt: expect.stringMatching(/^\d{4}-/), expiresAt: null, key: 'k', labels: {} },
    });
    const preferred = await state.json<LeaseJson>('lease', 'blue', '--owner', 'vm', '--prefer', '10.20.0.9');
    expect(preferred.address).toBe('10.20.0.2');
    const many = await state.json<LeaseJson[]>('lease', 'blue', '--owner', 'job', '--count', '3');
    expect(many.map(({ address }) => address)).toEqual(['10.20.0.3', '10.20.0.4', '10.20.0.5']);

    expect(await state.fault(5, 'lease', 'blue', '--owner', 'job', '--ip', '10.20.0.9')).toContain(
      'leased to vm',
    );
    expect(await state.fault(2, 'lease', 'blue', '--owner', 'job', '--ip', '10.20.0.15')).toContain(
      'broadcast',
    );
    expect(await state.fault(8, 'lease', 'blue', '--owner', 'job', '--count', '9')).toContain('only 8 of 14');
    expect(await state.fault(3, 'lease', 'red', '--owner', 'job')).toContain('tsnet ipam ls');
  });

  it('give the same lease for the same key, and a new end for the asking', async () => {
    const state = await TestState.open();
    const request = ['lease', 'blue', '--owner', 'vm', '--key', 'k', '--ttl', '1h'];
    const first = await state.json<LeaseJson>(...request);
    expect(await state.json(...request)).toEqual(first);
    expect(await state.ok('renew', 'blue', first.address, '--owner', 'vm')).toBe(
      'renewed 10.20.0.1 of blue for vm',
    );
    const renewed = await state.json<LeaseJson>(
      'renew',
      'blue',
      first.address,
      '--owner',
      'vm',
      '--ttl',
      '7d',
    );
    expect(Date.parse(renewed.expiresAt ?? '') - Date.parse(first.expiresAt ?? '')).toBeGreaterThan(
      6 * 86_400_000,
    );
    expect(await state.fault(6, 'renew', 'blue', first.address, '--owner', 'other')).toContain(
      'leased to vm',
    );
    expect(await state.fault(3, 'renew', 'blue', '10.20.0.2', '--owner', 'vm')).toContain('nobody holds it');
  });

  it('release an address of its owner, and say when there is nothing to release', async () => {
    const state = await TestState.open();
    await state.ok('lease', 'blue', '--owner', 'vm');
    expect(await state.fault(6, 'release', 'blue', '10.20.0.1', '--owner', 'other')).toContain(
      'leased to vm',
    );
    const release = ['release', 'blue', '10.20.0.1', '--owner', 'vm'];
    expect(await state.ok(...release)).toBe('released 10.20.0.1 of blue');
    expect(await state.ok(...release)).toBe('nothing to release: nobody holds 10.20.0.1');
    expect(await state.json(...release)).toEqual([]);
  });

  it('release all that an owner holds, from one pool or from every one', async () => {
    const state = await TestState.open();
    await state.ok('create', 'red', '--subnet', '10.30.0.0/24');
    for (const pool of ['blue', 'red']) await state.ok('lease', pool, '--owner', 'vm', '--count', '2');
    await state.ok('lease', 'red', '--owner', 'other');
    expect(await state.ok('release', 'blue', '--owner', 'vm', '--all')).toBe(
      'released 10.20.0.1 of blue\nreleased 10.20.0.2 of blue',
    );
    expect(await state.json('release', '--owner', 'vm', '--all')).toEqual([
      { address: '10.30.0.1', pool: 'red', owner: 'vm' },
      { address: '10.30.0.2', pool: 'red', owner: 'vm' },
    ]);
    expect(await state.ok('release', '--owner', 'vm', '--all')).toBe('nothing to release: vm holds nothing');
    expect(await state.fault(3, 'release', 'green', '--owner', 'vm', '--all')).toContain('green');
    expect(await state.ok('who', '10.30.0.3')).toContain('leased  to other');
  });
});

describe('tsnet ipam reserve and unreserve', () => {
  it('keep an address for its owner, or from everybody', async () => {
    const state = await TestState.open();
    expect(await state.ok('reserve', 'blue', '10.20.0.1', '--label', 'why=dns')).toBe(
      'reserved 10.20.0.1 of blue for nobody (why=dns)',
    );
    await state.ok('reserve', 'blue', '10.20.0.9', '--owner', 'vm');
    expect(await state.ok('lease', 'blue', '--owner', 'other')).toContain('10.20.0.2');
    expect(await state.ok('lease', 'blue', '--owner', 'vm')).toContain('10.20.0.9');
    expect(await state.fault(6, 'lease', 'blue', '--owner', 'vm', '--ip', '10.20.0.1')).toMatch(
      /reserved, for nobody\n.*tsnet ipam unreserve/,
    );
    expect(await state.fault(5, 'reserve', 'blue', '10.20.0.2')).toContain('leased to other');

    expect(await state.ok('unreserve', 'blue', '10.20.0.1')).toBe('unreserved 10.20.0.1 of blue');
    expect(await state.ok('unreserve', 'blue', '10.20.0.1')).toBe(
      'nothing to unreserve: 10.20.0.1 is not reserved',
    );
    expect(await state.json('unreserve', 'blue', '10.20.0.9')).toEqual([
      { address: '10.20.0.9', pool: 'blue' },
    ]);
    await state.ok('lease', 'blue', '--owner', 'vm', '--ip', '10.20.0.1');
  });
});

/** A state whose pool has an address of each kind. */
async function openHeld(): Promise<TestState> {
  const state = await TestState.open(
    ...['--gateway', '10.20.0.1', '--exclude', '10.20.0.4/31', '--ip-range', '10.20.0.2-10.20.0.9'],
    ...['--reuse-delay', '1h'],
  );
  await state.ok('lease', 'blue', '--owner', 'vm', '--count', '2', '--label', 'a=b');
  await state.ok('release', 'blue', '10.20.0.3', '--owner', 'vm');
  await state.ok('reserve', 'blue', '10.20.0.6', '--owner', 'dns');
  return state;
}

describe('tsnet ipam who, free, inspect and ls', () => {
  it('say what becomes of every address', async () => {
    const state = await openHeld();
    for (const [address, text] of [
      ['10.20.0.0', /never leased +it is the network address/],
      ['10.20.0.1', /never leased +it is the gateway/],
      ['10.20.0.2', /leased +to vm \(a=b\)/],
      ['10.20.0.3', /resting +until /],
      ['10.20.0.5', /never leased +the pool excludes 10\.20\.0\.4-10\.20\.0\.5/],
      ['10.20.0.6', /reserved +for dns/],
      ['10.20.0.7', /free +for the next/],
      ['10.20.0.10', /free +.*outside the range/],
    ] as const) {
      expect(await state.ok('who', address)).toMatch(text);
    }
    expect(await state.json('who', '10.20.0.6')).toEqual({
      ...{ address: '10.20.0.6', pool: 'blue', network: null, use: 'reserved' },
      reservation: expect.objectContaining({ owner: 'dns', labels: {} }),
      ...{ lease: null, restsUntil: null, reason: null },
    });
    expect(await state.fault(3, 'who', '10.21.0.1')).toContain('no pool contains it');
  });

  it('show how full a pool is, and with what', async () => {
    const state = await openHeld();
    expect(await state.json('inspect', 'blue')).toMatchObject({
      ...{ capacity: 6, used: 1, reserved: 1, resting: 1, free: 3, isCut: false },
      leases: [{ address: '10.20.0.2', owner: 'vm', labels: { a: 'b' } }],
      reservations: [{ address: '10.20.0.6', owner: 'dns' }],
      freeRanges: [{ first: '10.20.0.7', last: '10.20.0.9', size: 3 }],
    });
    const text = await state.ok('inspect', 'blue');
    for (const line of [
      'used         1 of 6',
      'reuse delay  1h',
      '10.20.0.2  vm (a=b)',
      '10.20.0.6  for dns',
    ]) {
      expect(text).toContain(line);
    }
    expect(await state.ok('ls')).toMatch(/^blue, 10\.20\.0\.0\/28\n(.*\n)* {2}resting +1\n/);
  });

  it('show as much as was asked for, and say where to go on', async () => {
    const state = await TestState.open();
    for (const address of ['10.20.0.3', '10.20.0.6']) await state.ok('reserve', 'blue', address);
    const first = await state.tsnet('free', 'blue', '--limit', '2');
    expect(first.stdout).toBe(
      ['FIRST      LAST       ADDRESSES', '10.20.0.1  10.20.0.2  2', '10.20.0.4  10.20.0.5  2'].join('\n'),
    );
    expect(first.stderr).toBe('note: there are more: go on with --after 10.20.0.5');
    const rest = await state.tsnet('free', 'blue', '--limit', '2', '--after', '10.20.0.5', '--json');
    expect(JSON.parse(rest.stdout)).toEqual([{ first: '10.20.0.7', last: '10.20.0.14', size: 8 }]);
    expect(rest.stderr).toBe('');

    const cut = await state.tsnet('inspect', 'blue', '--limit', '1', '--json');
    expect(JSON.parse(cut.stdout)).toMatchObject({ isCut: true, reservations: [{ address: '10.20.0.3' }] });
    expect(JSON.parse(cut.stderr).notice.message).toContain('--limit');
  });

  it('show control characters of owners and labels instead of obeying them', async () => {
    const state = await TestState.open();
    expect(await state.ok('lease', 'blue', '--owner', 'a\u001b[2J', '--label', 'b=\u009b')).toContain(
      'a\\x1b[2J (b=\\x9b)',
    );
    for (const args of [['ls'], ['inspect', 'blue'], ['who', '10.20.0.1']]) {
      expect(await state.ok(...args)).toContain('a\\x1b[2J (b=\\x9b)');
    }
  });
});
