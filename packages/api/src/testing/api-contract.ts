import { expect, it } from 'vitest';
import type { Api } from '../api.ts';
import type { EndpointDocument } from '../schemas/endpoints.ts';

/** Something that serves the API, on a host of its own. */
export interface ServedApi extends AsyncDisposable {
  readonly api: Api;
  /** The ETag of a document, as who serves it gives it. */
  etagOf(document: object): string | undefined;
  /** A name that no other test gives to a sandbox. */
  sandboxName(name: string): string;
}

/** Defines the tests that whatever serves the API passes. Each gets one of its own. */
export function itServesTheApi(open: () => Promise<ServedApi>): void {
  const test = (title: string, body: (served: ServedApi, sandbox: string) => Promise<void>) =>
    it(title, async () => {
      await using served = await open();
      const sandbox = served.sandboxName('app');
      await served.api.createNetwork({ name: 'web', subnets: [{ prefix: '10.90.0.0/24' }] });
      await served.api.createSandbox({ name: sandbox });
      await body(served, sandbox);
      await served.api.deleteNetwork({ network: 'web', force: true });
      await served.api.deleteSandbox({ sandbox });
      expect(await served.api.listNetworks()).toEqual({ items: [], next: null });
    });

  test('connects, shows, publishes, closes and disconnects', async ({ api }, sandbox) => {
    const made = await api.connect({ network: 'web', sandbox, name: 'db', labels: { tier: 'data' } });
    expect(made).toMatchObject({ state: 'ready', network: 'web', sandbox, name: 'db', ports: [] });
    expect(await api.getEndpoint({ endpoint: 'web/db' })).toEqual(made);
    const endpoint = made.id;
    const opened = await api.publish({ endpoint, ports: ['127.0.0.1:0:80', '5353:53/udp'] });
    expect(opened.ports.map(({ port, protocol }) => [port, protocol])).toEqual([
      [80, 'tcp'],
      [53, 'udp'],
    ]);
    expect((await api.listPorts()).items).toMatchObject([
      { endpoint, targets: ['10.90.0.2'], reach: 'host' },
      { endpoint, targets: ['10.90.0.2'], reach: 'everywhere' },
    ]);
    await api.unpublish({ endpoint, port: '5353:53/udp' });
    expect((await api.getEndpoint({ endpoint })).ports).toHaveLength(1);
    expect(await api.findHolder({ address: '10.90.0.2' })).toMatchObject({
      use: 'leased',
      lease: { holder: { kind: 'endpoint', endpoint, sandbox } },
    });
    expect(await api.listSandboxes()).toContainEqual({
      name: sandbox,
      state: 'live',
      endpoints: [await api.getEndpoint({ endpoint })],
    });
    expect(await api.getStatus()).toEqual({ findings: [], networks: 1, endpoints: 1 });
    expect((await api.disconnectSandbox({ network: 'web', sandbox })).map(({ id }) => id)).toEqual([
      endpoint,
    ]);
    await expect(api.getEndpoint({ endpoint })).rejects.toMatchObject({ code: 'CORE_ENDPOINT_NOT_FOUND' });
  });

  test('changes a thing only while it is as it was seen', async ({ api, etagOf }, sandbox) => {
    const made = await api.connect({ network: 'web', sandbox });
    const endpoint = made.id;
    const ifMatch = etagOf(await api.getEndpoint({ endpoint }));
    expect(ifMatch).toMatch(/^".+"$/);
    await api.publish({ endpoint, ports: ['9090:90'] }, { ifMatch });
    const refused = { code: 'API_PRECONDITION', kind: 'conflict' };
    await expect(api.publish({ endpoint, ports: ['1:1'] }, { ifMatch })).rejects.toMatchObject(refused);
    await expect(api.unpublish({ endpoint, port: '9090:90' }, { ifMatch })).rejects.toMatchObject(refused);
    await expect(api.disconnect({ endpoint }, { ifMatch })).rejects.toMatchObject(refused);
    const other = { ifMatch: '"other"' };
    await expect(api.deleteNetwork({ network: 'web' }, other)).rejects.toMatchObject(refused);
    const now = await api.getEndpoint({ endpoint });
    expect(now.ports.map(({ spec }) => spec)).toEqual(['9090:90/tcp']);
    await api.disconnect({ endpoint }, { ifMatch: `"other", ${etagOf(now)}` });
  });

  test('makes a thing once for a key', async ({ api }, sandbox) => {
    const once = async <T>(make: (options: { readonly idempotencyKey: string }) => Promise<T>) => {
      const idempotencyKey = crypto.randomUUID();
      const made = await make({ idempotencyKey });
      expect(await make({ idempotencyKey })).toEqual(made);
      return made;
    };
    await once((options) => api.createNetwork({ name: 'more' }, options));
    const connected = await once((options) => api.connect({ network: 'web', sandbox }, options));
    await api.createPool({ id: 'blue', prefix: '10.91.0.0/28' });
    await once((options) => api.lease({ pool: 'blue', owner: 'me', count: 3 }, options));
    expect((await api.listLeases({ pool: 'blue' })).items).toHaveLength(3);
    expect((await api.listEndpoints()).items.map(({ id }) => id)).toEqual([connected.id]);
    await api.deleteNetwork({ network: 'more' });
    await api.deletePool({ pool: 'blue', force: true });
  });

  test('leaves a sandbox to the process that holds it', async ({ api, sandboxName }) => {
    const name = sandboxName('held');
    // Of all processes, the first is there for sure.
    await api.createSandbox({ name, holder: 1 });
    const begin = performance.now();
    const refused = { code: 'CORE_BUSY', kind: 'in-use' };
    await expect(api.deleteSandbox({ sandbox: name })).rejects.toMatchObject(refused);
    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(await api.deleteSandbox({ sandbox: name, holder: 1 })).toMatchObject({ name, existed: true });
  });

  test('pages through lists', async ({ api }) => {
    for (const index of [0, 1, 2, 3, 4])
      await api.createPool({ id: `p${index}`, prefix: `10.93.${index}.0/28` });
    await api.lease({ pool: 'p0', owner: 'me', count: 5 });
    const all = await pagesOf((page) => api.listPools({ ...page, limit: 2 }));
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['p0', 'p1', 'p2', 'p3', 'p4']));
    expect(new Set(all.map(({ id }) => id)).size).toBe(6);
    const leases = await pagesOf((page) => api.listLeases({ pool: 'p0', ...page, limit: 2 }));
    expect(new Set(leases.map(({ address }) => address)).size).toBe(5);
    const free = await api.listFreeRanges({ pool: 'p0' });
    expect(free).toEqual({ items: [{ first: '10.93.0.6', last: '10.93.0.14', size: 9 }], next: null });
    await expect(api.listLeases({ cursor: 'nonsense' })).rejects.toMatchObject({ kind: 'invalid' });
    for (const { id } of all) if (id.startsWith('p')) await api.deletePool({ pool: id, force: true });
  });

  test('leases, renews, reserves and releases', async ({ api }) => {
    await api.createPool({ id: 'six', prefix: 'fd00:6::/64' });
    const pool = 'six';
    const [lease] = await api.lease({ pool, owner: 'me', address: 'fd00:6::5', ttl: 60_000 });
    expect(lease).toMatchObject({ address: 'fd00:6::5', owner: 'me', holder: { kind: 'other' } });
    expect(await api.getPool({ pool })).toMatchObject({ used: 1, capacity: '18446744073709551615' });
    await api.renew({ pool, address: 'fd00:6::5', owner: 'me' });
    const endpoint = { pool, owner: 'endpoint:0123456789ab' };
    await expect(api.lease(endpoint)).rejects.toMatchObject({ code: 'SERVICE_ENGINE_OWNER' });
    await api.reserve({ pool, address: 'fd00:6::6', owner: 'other' });
    expect((await api.listReservations({ pool })).items).toMatchObject([
      { address: 'fd00:6::6', owner: 'other' },
    ]);
    expect(await api.unreserve({ pool, address: 'fd00:6::6' })).toHaveLength(1);
    expect(await api.release({ pool, address: 'fd00:6::9', owner: 'me' })).toEqual([]);
    expect(await api.releaseOwner({ owner: 'me' })).toEqual([{ address: 'fd00:6::5', pool, owner: 'me' }]);
    await expect(api.deletePool({ pool: '10.90.0.0/24' })).rejects.toMatchObject({
      code: 'SERVICE_POOL_OF_NETWORK',
      kind: 'in-use',
    });
    await api.deletePool({ pool });
  });

  test('plans changes one after another, and changes nothing', async ({ api }, sandbox) => {
    const { steps, results } = await api.plan({
      changes: [
        { operation: 'createNetwork', input: { name: 'planned' } },
        { operation: 'connect', input: { network: 'planned', sandbox, ports: ['6000:60'] } },
        { operation: 'createPool', input: { id: 'planned', prefix: '10.94.0.0/28' } },
        { operation: 'lease', input: { pool: 'planned', owner: 'me' } },
        { operation: 'deleteNetwork', input: { network: 'planned', force: true } },
      ],
    });
    const names = steps.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['create-bridge', 'create-veth', 'delete-bridge']));
    expect((results[1] as EndpointDocument).ports.map(({ spec }) => spec)).toEqual(['6000:60/tcp']);
    expect(results[3]).toMatchObject([{ address: '10.94.0.1' }]);
    expect((await api.listNetworks()).items.map(({ name }) => name)).toEqual(['web']);
    await expect(api.getPool({ pool: 'planned' })).rejects.toMatchObject({ kind: 'not-found' });
    const changes = [{ operation: 'deleteNetwork', input: { network: 'nothing' } }] as const;
    await expect(api.plan({ changes: [...changes] })).rejects.toMatchObject({
      code: 'CORE_NETWORK_NOT_FOUND',
    });
  });

  test('refuses what cannot be, with the error of the engine', async ({ api }, sandbox) => {
    const refusals = [
      [() => api.createNetwork({ name: 'web' }), 'CORE_NETWORK_EXISTS', 'already-exists'],
      [() => api.createNetwork({ name: '../x' }), 'CORE_INVALID_NAME', 'invalid'],
      [() => api.createNetwork({ name: 'x', subnets: [{ prefix: 'no' }] }), 'INET_PREFIX_INVALID', 'invalid'],
      [() => api.connect({ network: 'nothing', sandbox }), 'CORE_NETWORK_NOT_FOUND', 'not-found'],
      [() => api.connect({ network: 'web', sandbox: 'nothing' }), 'NETNS_NOT_FOUND', 'not-found'],
      [() => api.connect({ network: 'web', sandbox, ports: ['x'] }), 'CORE_INVALID_PORT', 'invalid'],
      [() => api.createSandbox({ name: sandbox }), 'NETNS_EXISTS', 'already-exists'],
      [() => api.createSandbox({ name: 'pid:1' }), 'SERVICE_INVALID_SANDBOX_NAME', 'invalid'],
      [() => api.deleteSandbox({ sandbox: `${sandbox}x` }), 'SERVICE_SANDBOX_NOT_FOUND', 'not-found'],
      [() => api.findHolder({ address: '192.0.2.1' }), 'SERVICE_ADDRESS_IN_NO_POOL', 'not-found'],
    ] as const;
    for (const [call, code, kind] of refusals) {
      const thrown: unknown = await call().catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code, kind });
    }
    expect((await api.listEndpoints()).items).toEqual([]);
  });
}

/** All items of a list. */
async function pagesOf<T>(
  read: (page: {
    readonly cursor?: string;
  }) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let page: { readonly cursor?: string } = {};
  for (;;) {
    const found = await read(page);
    items.push(...found.items);
    if (found.next === null) return items;
    page = { cursor: found.next };
  }
}
