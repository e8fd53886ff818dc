import { Validator } from '@seriousme/openapi-schema-validator';
import { encodeRequest, operationNames } from '@tsnet/api';
import { inputs } from '@tsnet/api/schemas';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arbitraryOf } from '../testing/arbitrary.ts';
import { Contract } from '../testing/contract.ts';
import { type RawAnswer, type RawRequest, sendRaw } from '../testing/raw-request.ts';
import { TestDaemon } from '../testing/test-daemon.ts';

describeKernel('the contract of the API', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  let daemon: TestDaemon;
  let contract: Contract;

  beforeAll(async () => {
    daemon = await TestDaemon.open();
    contract = await Contract.of(daemon.socket);
  });

  afterAll(() => daemon[Symbol.asyncDispose]());

  /** Sends a request whose answer must be as described. */
  async function ask(request: RawRequest): Promise<RawAnswer & { readonly json: Record<string, unknown> }> {
    const answer = await sendRaw(daemon.socket, request);
    expect(contract.faults(request, answer)).toEqual([]);
    return { ...answer, json: JSON.parse(answer.body) };
  }

  const post = (path: string, body: unknown, headers?: Record<string, string>) =>
    ask({ method: 'POST', path, body: JSON.stringify(body), headers });

  it('is valid OpenAPI 3.1 and describes every operation', async () => {
    const { valid, errors } = await new Validator().validate({ ...contract.description });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(contract.description).toMatchObject({ openapi: '3.1.0' });
    expect([...contract.operations].sort()).toEqual([...operationNames, 'events'].sort());
  });

  it('answers each operation as described', async () => {
    const name = daemon.sandboxName('box');
    const answered = new Set<string>();
    const expectStatus = async (
      status: number,
      operation: (typeof operationNames)[number],
      input: object,
    ) => {
      const { method, path, headers, body } = encodeRequest(operation, input, {});
      const { status: given, json } = await ask({ method, path, headers, body });
      expect([operation, given, json]).toEqual([operation, status, json]);
      answered.add(operation);
      return json;
    };
    await expectStatus(201, 'createNetwork', { name: 'web', subnets: [{ prefix: '10.80.0.0/24' }] });
    await expectStatus(201, 'createSandbox', { name });
    const { id } = await expectStatus(201, 'connect', { network: 'web', sandbox: name, name: 'db' });
    await expectStatus(201, 'publish', { endpoint: id, ports: ['8080:80'] });
    for (const list of ['listNetworks', 'listEndpoints', 'listPorts', 'listPools', 'listLeases'] as const)
      await expectStatus(200, list, { limit: 1 });
    await expectStatus(200, 'listReservations', {});
    await expectStatus(200, 'listSandboxes', {});
    await expectStatus(200, 'getNetwork', { network: 'web' });
    await expectStatus(200, 'getEndpoint', { endpoint: 'web/db' });
    await expectStatus(201, 'createPool', { id: 'blue', prefix: 'fd00:80::/64' });
    await expectStatus(200, 'getPool', { pool: 'blue' });
    await expectStatus(200, 'listFreeRanges', { pool: 'blue', limit: 1 });
    const owner = { pool: 'blue', owner: 'me' };
    await expectStatus(201, 'lease', { ...owner, address: 'fd00:80::5', ttl: 60_000 });
    await expectStatus(200, 'renew', { ...owner, address: 'fd00:80::5', ttl: 90_000 });
    await expectStatus(200, 'findHolder', { address: 'fd00:80::5' });
    await expectStatus(200, 'release', { ...owner, address: 'fd00:80::5' });
    await expectStatus(201, 'reserve', { ...owner, address: 'fd00:80::6' });
    await expectStatus(200, 'unreserve', { pool: 'blue', address: 'fd00:80::6' });
    await expectStatus(200, 'releaseOwner', { owner: 'me' });
    await expectStatus(200, 'deletePool', { pool: 'blue', force: true });
    await expectStatus(200, 'plan', { changes: [{ operation: 'pruneNetworks', input: {} }] });
    await expectStatus(200, 'getStatus', {});
    await expectStatus(200, 'reconcile', {});
    await expectStatus(200, 'unpublish', { endpoint: id, port: '8080:80' });
    await expectStatus(200, 'disconnect', { endpoint: id });
    await expectStatus(201, 'connect', { network: 'web', sandbox: name });
    await expectStatus(200, 'disconnectSandbox', { network: 'web', sandbox: name });
    await expectStatus(200, 'deleteSandbox', { sandbox: name });
    await expectStatus(200, 'pruneNetworks', {});
    await expectStatus(201, 'createNetwork', { name: 'web' });
    await expectStatus(200, 'deleteNetwork', { network: 'web', force: true });
    expect([...answered].sort()).toEqual([...operationNames].sort());
  });

  it('answers each kind of error as described', async () => {
    await post('/v1/networks', { name: 'errors', subnets: [{ prefix: '10.81.0.0/30' }] });
    const status = async (request: Promise<{ readonly status: number; readonly json: object }>) => {
      const { status: given, json } = await request;
      expect(json).toMatchObject({ status: given, type: expect.stringMatching(/^urn:tsnet:error:[A-Z_]+$/) });
      return given;
    };
    expect(await status(post('/v1/networks', { name: 'errors' }))).toBe(409);
    expect(await status(post('/v1/networks', { name: 7 }))).toBe(400);
    expect(await status(post('/v1/networks', { name: 'x', nonsense: 1 }))).toBe(400);
    expect(await status(post('/v1/networks', { name: 'x', subnets: [{ prefix: 'no' }] }))).toBe(400);
    expect(await status(ask({ method: 'POST', path: '/v1/networks', body: '{' }))).toBe(400);
    expect(await status(ask({ method: 'GET', path: '/v1/networks?limit=x' }))).toBe(400);
    expect(await status(ask({ method: 'GET', path: '/v1/networks/nothing' }))).toBe(404);
    expect(await status(ask({ method: 'GET', path: '/v1/endpoints/errors%2Fnothing' }))).toBe(404);
    expect(await status(post('/v1/endpoints', { network: 'errors', sandbox: 'nothing' }))).toBe(404);
    expect(await status(post('/v1/networks', { name: 'y' }, { 'content-type': 'text/plain' }))).toBe(415);
    expect(await status(post('/v1/networks', { name: 'y'.repeat(2 << 20) }))).toBe(413);
    expect(await status(post('/v1/networks', { name: 'y' }, { 'idempotency-key': 'a b' }))).toBe(400);
    const match = { method: 'DELETE', path: '/v1/networks/errors', headers: { 'if-match': '"other"' } };
    expect(await status(ask(match))).toBe(412);
    expect((await sendRaw(daemon.socket, { method: 'GET', path: '/v1/nothing' })).status).toBe(404);
    expect((await ask({ method: 'DELETE', path: '/v1/networks/errors' })).status).toBe(200);
  });

  it('never answers nonsense with a defect', async () => {
    const requests = fc
      .constantFrom(...operationNames)
      .chain((name) =>
        fc.tuple(fc.constant(name), arbitraryOf(inputs[name]), fc.constantFrom(undefined, '"x"', '*')),
      );
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requests, async ([name, input, ifMatch]) => {
        const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
        const { method, path, headers, body } = encodeRequest(name, isObject ? input : {}, {});
        const sent = isObject || body === undefined ? body : JSON.stringify(input);
        const { 'content-length': _, ...others } = headers;
        const head = { ...others, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) };
        const request = { method, path, headers: head, body: sent };
        const answer = await sendRaw(daemon.socket, request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500) throw new Error(`${name} ${JSON.stringify(input)}: ${answer.body}`);
        const faults = path.includes('//') || path.endsWith('/') ? [] : contract.faults(request, answer);
        if (answer.status !== 404) expect(faults).toEqual([]);
      }),
      { numRuns: 600 },
    );
    // Of all that was sent, some was carried out, and some refused.
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 201, 400, 404]));
    expect(daemon.log).not.toContain('"level":50');
  });
});
