import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestState } from './testing/test-state.ts';
import { mainPath, runProgram } from './testing/tsnet.ts';

describe('tsnet ipam export and import', () => {
  it('carry pools with all that is held in them to another state directory', async () => {
    const state = await TestState.open('--reuse-delay', '1h');
    await state.ok('create', 'red', '--subnet', 'fd00:20::/64');
    await state.ok('lease', 'blue', '--owner', 'vm', '--count', '2', '--ttl', '1h', '--key', 'k');
    await state.ok('release', 'blue', '10.20.0.2', '--owner', 'vm');
    await state.ok('reserve', 'red', 'fd00:20::9', '--owner', 'dns');
    const file = join(state.path, 'pools.json');
    expect(await state.ok('export', '--output', file)).toBe(`exported to ${file}`);

    const other = new TestState();
    expect(await other.ok('import', file, '--dry-run')).toBe(
      'would import blue: 1 lease, 0 reservations\nwould import red: 0 leases, 1 reservation',
    );
    expect(readdirSync(other.path)).toEqual([]);
    expect(await other.json('import', file)).toMatchObject([
      { id: 'blue', leases: 1, reservations: 0 },
      { id: 'red', leases: 0, reservations: 1 },
    ]);
    expect(await other.json('ls')).toEqual(await state.json('ls'));
    expect(await other.ok('export')).toBe(await state.ok('export'));
    expect(await other.fault(5, 'import', file)).toContain('blue');
    expect(await other.fault(5, 'import', file, '--dry-run')).toContain('blue');
    expect(JSON.parse(await other.ok('export', 'red')).pools).toMatchObject([{ id: 'red' }]);
  });

  it('read the bitmaps of tutorials', async () => {
    const state = new TestState();
    const file = join(state.path, 'subnet.json');
    writeFileSync(file, JSON.stringify({ '192.168.7.0/29': '10100000' }));
    await state.ok('import', file, '--format', 'subnet-json', '--owner', 'old');
    const { leases } = await state.json<{ leases: unknown[] }>('inspect', '192.168.7.0/29');
    expect(leases).toMatchObject([
      { address: '192.168.7.1', owner: 'old' },
      { address: '192.168.7.3', owner: 'old' },
    ]);
  });

  it('read the directory of host-local', async () => {
    const state = new TestState();
    const network = join(state.path, 'net');
    mkdirSync(network);
    writeFileSync(join(network, '10.22.0.5'), 'container-1\r\neth0');
    writeFileSync(join(network, 'last_reserved_ip.0'), '10.22.0.5');
    await state.ok('import', network, '--format', 'host-local', '--prefix', '10.22.0.0/16');
    expect(await state.ok('who', '10.22.0.5')).toContain('to container-1 (ifName=eth0)');
    expect(await state.ok('lease', '10.22.0.0/16', '--owner', 'vm')).toContain('10.22.0.6');
    expect(await state.json('inspect', '10.22.0.0/16')).toMatchObject({ gateway: '10.22.0.1' });
  });

  it('keep the gateway of host-local: the one that is named, or the first address if nobody has it', async () => {
    const network = join(new TestState().path, 'net');
    mkdirSync(network);
    writeFileSync(join(network, '10.22.0.1'), 'container-1\r\neth0');
    const command = ['import', network, '--format', 'host-local', '--prefix', '10.22.0.0/16'];
    const named = new TestState();
    await named.ok(...command, '--gateway', '10.22.0.9');
    expect(await named.json('inspect', '10.22.0.0/16')).toMatchObject({ gateway: '10.22.0.9' });
    const unnamed = await new TestState().tsnet(...command);
    expect(unnamed).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('note: 10.22.0.1 is leased'),
    });
    expect(await named.fault(2, ...command, '--gateway', '10.23.0.1')).toContain('none of the prefixes');
    expect(await named.fault(2, 'import', network, '--gateway', '10.22.0.1')).toContain('host-local only');
  });

  it('and what is imported of a network that is not here can be removed', async () => {
    const state = new TestState();
    const file = join(state.path, 'pools.json');
    const leases = [{ address: '10.1.0.2', owner: 'endpoint:3f2a9c41d07b' }];
    const pools = [{ id: '10.1.0.0/24', prefix: '10.1.0.0/24', labels: { network: 'web' }, leases }];
    writeFileSync(file, JSON.stringify({ format: 'tsnet-ipam', version: 1, pools }));
    const { exitCode, stderr } = await state.tsnet('import', file);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/^note: among them 1 lease of .*rm --force/),
    ]);
    expect(await state.fault(7, 'rm', '10.1.0.0/24')).toContain('endpoint:3f2a9c41d07b');
    expect(await state.ok('rm', '--force', '10.1.0.0/24')).toBe('removed pool 10.1.0.0/24');
  });

  it('write to a reader that stops reading, and to a disk that is full', async () => {
    const state = await TestState.open();
    await state.ok(
      'lease',
      'blue',
      '--owner',
      'o'.repeat(256),
      '--count',
      '14',
      '--label',
      `a=${'b'.repeat(100_000)}`,
    );
    const command = `"${process.execPath}" "${mainPath}" --state-dir "${state.path}" ipam export`;
    const piped = await runProgram('bash', ['-c', `${command} | head -c 9; echo " \${PIPESTATUS[0]}"`]);
    expect(piped).toEqual({ exitCode: 0, stdout: '{"format" 0', stderr: '' });
    const full = await runProgram('sh', ['-c', `${command} > /dev/full`]);
    expect(full.exitCode).toBe(10);
    expect(full.stderr).toMatch(/^tsnet: cannot write to standard output: .*ENOSPC\)$/);
  });

  it('refuse what cannot be read or written by name, and leave the file that was there', async () => {
    const state = await TestState.open();
    const file = join(state.path, 'kept.json');
    writeFileSync(file, '{"format": "tsnet-ipam", "version": 1, "pools": [{"id": "x"}]}');
    expect(await state.fault(3, 'import', join(state.path, 'none.json'))).toContain('none.json');
    expect(await state.fault(2, 'import', file)).toContain('pools[0]');
    expect(await state.fault(3, 'export', 'red', '--output', file)).toContain('red');
    expect(await state.fault(3, 'export', '--output', join(state.path, 'none', 'x.json'))).toContain('none');
    expect(readFileSync(file, 'utf8')).toContain('"id": "x"');
    expect(readdirSync(state.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect((await state.tsnet('export', '--output', '/dev/full')).exitCode).toBe(10);
  });
});
