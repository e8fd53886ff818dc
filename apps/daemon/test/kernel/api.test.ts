import { etagOf } from '@tsnet/api';
import { itServesTheApi } from '@tsnet/api/testing';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestDaemon } from '../testing/test-daemon.ts';

describeKernel('the API over the socket', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  let daemon: TestDaemon;
  let client: ReturnType<TestDaemon['client']>;
  const sandbox = () => daemon.sandboxName('app');

  beforeAll(async () => {
    daemon = await TestDaemon.open();
    client = daemon.client();
    await client.createNetwork({ name: 'web', subnets: [{ prefix: '10.90.0.0/24' }] });
    await client.createSandbox({ name: sandbox() });
  });

  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
  });

  it('connects, publishes and disconnects in the kernel', async () => {
    const endpoint = await client.connect({ network: 'web', sandbox: sandbox(), ports: ['8080:80'] });
    expect(endpoint).toMatchObject({ state: 'ready', ifName: 'eth0', network: 'web' });
    const [address] = endpoint.addresses;
    const shown = await daemon.runIn(sandbox(), 'ip', '-j', 'address', 'show', 'eth0');
    expect(shown).toContain(`"local":"${address?.address}"`);
    await daemon.runIn(sandbox(), 'ping', '-c', '1', '-W', '2', '10.90.0.1');
    expect(await daemon.run('nft', 'list', 'table', 'inet', 'tsnet')).toContain('8080');
    await client.unpublish({ endpoint: endpoint.id, port: '8080:80/tcp' });
    expect(await daemon.run('nft', 'list', 'table', 'inet', 'tsnet')).not.toContain('8080');
    await client.disconnect({ endpoint: endpoint.id });
    expect(await daemon.links()).toEqual(['web']);
  });

  it('makes a thing once for a key, whoever asks again', async () => {
    const input = { network: 'web', sandbox: sandbox() };
    const asked = Array.from({ length: 5 }, () => client.connect(input, { idempotencyKey: 'once' }));
    const made = await Promise.all(asked);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await client.listEndpoints()).items).toHaveLength(1);
    const other = client.connect({ ...input, ports: ['1:1'] }, { idempotencyKey: 'once' });
    await expect(other).rejects.toMatchObject({ code: 'API_KEY_REUSED', status: 422 });
    await client.disconnect({ endpoint: made[0]?.id ?? '' });
  });

  it('knows keys after a restart, also of what is no endpoint', async () => {
    const key = (idempotencyKey: string) => ({ idempotencyKey });
    const endpoint = { network: 'web', sandbox: sandbox(), ports: ['7000:70'] };
    const make = async () => ({
      network: (await client.createNetwork({ name: 'more' }, key('network'))).id,
      endpoint: (await client.connect(endpoint, key('endpoint'))).id,
      pool: (await client.createPool({ id: 'blue', prefix: '10.91.0.0/28' }, key('pool'))).id,
      lease: (await client.lease({ pool: 'blue', owner: 'me' }, key('lease'))).map(({ address }) => address),
      sandbox: (await client.createSandbox({ name: daemon.sandboxName('two') }, key('sandbox'))).name,
    });
    const first = await make();
    const publish = { endpoint: first.endpoint, ports: ['7001:71'] };
    await client.publish(publish, key('publish'));
    await daemon.stop('SIGKILL');
    await daemon.start();
    expect(await make()).toEqual(first);
    const again = await client.publish(publish, key('publish'));
    expect(again.ports.map(({ spec }) => spec)).toEqual(['7000:70/tcp', '7001:71/tcp']);
    // What was asked for under a key is the only thing that it gets.
    const other = { code: 'API_KEY_REUSED', status: 422 };
    const subnets = [{ prefix: '10.94.0.0/24' }];
    for (const stranger of [
      () => client.createPool({ id: 'green', prefix: '10.92.0.0/28' }, key('pool')),
      () => client.createNetwork({ name: 'another', subnets }, key('network')),
      () => client.createNetwork({ name: 'more', subnets, internal: true }, key('network')),
      () => client.connect({ ...endpoint, ports: ['7009:79'] }, key('endpoint')),
      () => client.lease({ pool: 'blue', owner: 'you' }, key('lease')),
      () => client.createSandbox({ name: daemon.sandboxName('three') }, key('network')),
    ])
      await expect(stranger()).rejects.toMatchObject(other);
    expect((await client.listNetworks()).items.map(({ name }) => name)).toEqual(['more', 'web']);
    await client.disconnect({ endpoint: first.endpoint });
    await client.deleteNetwork({ network: 'more' });
    await client.deletePool({ pool: 'blue', force: true });
    await client.deleteSandbox({ sandbox: first.sandbox });
  });

  it('gives nobody what another has made, under a key that was refused', async () => {
    await client.createPool({ id: 'theirs', prefix: '10.95.0.0/28' });
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = client.createPool({ id: 'theirs', prefix: '10.95.0.0/28' }, { idempotencyKey: 'ours' });
      await expect(refused).rejects.toMatchObject({ code: 'IPAM_POOL_EXISTS', status: 409 });
    }
    await client.deletePool({ pool: 'theirs' });
    const input = { id: 'theirs', prefix: '10.95.0.0/28' };
    const made = await client.createPool(input, { idempotencyKey: 'ours' });
    await daemon.stop();
    await daemon.start();
    expect(await client.createPool(input, { idempotencyKey: 'ours' })).toEqual(made);
    await client.deletePool({ pool: 'theirs' });
  });
});

describeKernel('a client', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  itServesTheApi(async () => {
    const daemon = await TestDaemon.open();
    const client = daemon.client();
    return {
      api: client,
      etagOf,
      sandboxName: (name) => daemon.sandboxName(name),
      async [Symbol.asyncDispose]() {
        client.close();
        await daemon[Symbol.asyncDispose]();
      },
    };
  });
});
