import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { type EndpointJson, TestHost } from '../testing/test-host.ts';

const pool = '10.1.0.0/29';

/** A network whose pool has a lease and a reservation that are none of its own. */
async function openHost(): Promise<TestHost> {
  const host = await TestHost.open();
  await host.ok('network', 'create', 'net', '--subnet', pool);
  await host.ok('ipam', 'lease', pool, '--owner', 'printer', '--ip', '10.1.0.2');
  await host.ok('ipam', 'reserve', pool, '10.1.0.3');
  return host;
}

describeKernel('the pool of a network', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('keeps what is leased and reserved by hand from endpoints', async () => {
    await using host = await openHost();
    for (const name of ['app', 'late']) await host.ok('netns', 'create', name);
    const endpoint = await host.json<EndpointJson>('network', 'connect', 'net', 'app');
    expect(endpoint.addresses[0]?.address).toBe('10.1.0.4');
    for (const [address, exitCode] of [
      ['10.1.0.2', 5],
      ['10.1.0.3', 6],
    ] as const) {
      const refused = await host.tsnet('network', 'connect', 'net', 'late', '--ip', address);
      expect(refused.exitCode).toBe(exitCode);
      expect(refused.stderr).toContain(address);
    }
    expect(await host.links('late')).toEqual([]);
    await host.ok('ipam', 'unreserve', pool, '10.1.0.3');
    await host.ok('network', 'connect', 'net', 'late', '--ip', '10.1.0.3');
  });

  it('says whose an address is, and gives none of its own away', async () => {
    await using host = await openHost();
    await host.ok('netns', 'create', 'app');
    const { id } = await host.json<EndpointJson>('network', 'connect', 'net', 'app', '--name', 'front');
    expect(await host.ok('ipam', 'who', '10.1.0.4')).toContain(`to endpoint ${id} (front), eth0 of app`);
    expect(await host.ok('ipam', 'who', '10.1.0.1')).toContain('to gateway of net');
    expect(await host.json('ipam', 'who', '10.1.0.4')).toMatchObject({
      ...{ pool, network: 'net', use: 'leased' },
      lease: { holder: { kind: 'endpoint', endpoint: id, name: 'front', network: 'net', sandbox: 'app' } },
    });

    const before = await host.everything();
    for (const [args, exitCode, expected] of [
      [['release', pool, '10.1.0.4', '--owner', `endpoint:${id}`], 2, /tsnet network disconnect/],
      [['release', '--all', '--owner', `endpoint:${id}`], 2, /tsnet network disconnect/],
      [['release', pool, '10.1.0.4', '--owner', 'printer'], 6, new RegExp(`endpoint:${id}`)],
      [['release', pool, '10.1.0.1', '--owner', 'network:net'], 2, /tsnet network rm net/],
      [['renew', pool, '10.1.0.4', '--owner', `endpoint:${id}`, '--ttl', '1s'], 2, /endpoint:/],
      [['reserve', pool, '10.1.0.4'], 5, new RegExp(`endpoint:${id}`)],
      [['rm', pool], 7, /tsnet network rm net/],
      [['rm', '--force', pool], 7, /tsnet network rm net/],
    ] as const) {
      const { exitCode: code, stdout, stderr } = await host.tsnet('ipam', ...args);
      expect({ args, code, stdout }).toEqual({ args, code: exitCode, stdout: '' });
      expect(stderr).toMatch(expected);
    }
    expect(await host.everything()).toEqual(before);
  });

  it('keeps its network while somebody else leases from it, unless forced', async () => {
    await using host = await openHost();
    const before = await host.everything();
    const refused = await host.tsnet('network', 'rm', 'net');
    expect(refused.exitCode).toBe(7);
    expect(refused.stderr).toMatch(/network net: it has leases: 10\.1\.0\.2 of printer\n.*--force/);
    expect(await host.ok('network', 'prune')).toBe('no networks without endpoints');
    expect(await host.everything()).toEqual(before);

    await host.ok('ipam', 'release', '--owner', 'printer', '--all');
    await host.ok('network', 'rm', 'net');
    expect(await host.json('ipam', 'ls')).toEqual([]);

    await host.ok('network', 'create', 'net', '--subnet', pool);
    await host.ok('ipam', 'lease', pool, '--owner', 'printer');
    await host.ok('network', 'rm', '--force', 'net');
    expect(await host.json('ipam', 'ls')).toEqual([]);
    expect(await host.links()).toEqual([]);
  });
});
