import { request } from 'node:http';
import { join } from 'node:path';
import type { Client, Event } from '@tsnet/api';
import { IpPrefix } from '@tsnet/inet';
import { Ipam, SqliteStore } from '@tsnet/ipam';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendRaw } from '../testing/raw-request.ts';
import { TestDaemon } from '../testing/test-daemon.ts';

describeKernel('events', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  let daemon: TestDaemon;
  let client: Client;
  let sandbox: string;

  beforeAll(async () => {
    daemon = await TestDaemon.open();
    client = daemon.client();
    sandbox = daemon.sandboxName('app');
    await client.createSandbox({ name: sandbox });
  });

  afterAll(async () => {
    client.close();
    await daemon[Symbol.asyncDispose]();
  });

  /** Follows events until one of a type comes. */
  async function until(events: AsyncIterable<Event>, last: Event['type']): Promise<readonly Event[]> {
    const seen: Event[] = [];
    for await (const event of events) {
      seen.push(event);
      if (event.type === last) break;
    }
    return seen;
  }

  /** Begins to follow, and waits until the daemon has begun to tell. */
  async function follow(filter: Parameters<Client['events']>[0] = {}) {
    const after = (await newest()) ?? '0';
    return client.events({ after, ...filter });
  }

  async function newest(): Promise<string | undefined> {
    // Something that happens tells where the stream is.
    const stop = new AbortController();
    const events = client.events({ types: ['pool'], signal: stop.signal });
    const next = events.next();
    const made = setInterval(() => {
      void client.createPool({ id: `mark${Math.random()}`, prefix: '10.99.0.0/30' }).then(
        ({ id }) => client.deletePool({ pool: id }),
        () => {},
      );
    }, 20);
    const { value } = await next;
    clearInterval(made);
    stop.abort();
    return value?.id;
  }

  it('tell of networks, endpoints, ports and leases, in order', async () => {
    const events = await follow({ types: ['network', 'endpoint', 'port', 'lease'] });
    await client.createNetwork({ name: 'web', subnets: [{ prefix: '10.96.0.0/24' }] });
    const { id } = await client.connect({ network: 'web', sandbox, ports: ['8080:80'] });
    await client.publish({ endpoint: id, ports: ['9090:90'] });
    await client.unpublish({ endpoint: id, port: '9090:90' });
    await client.disconnect({ endpoint: id });
    await client.deleteNetwork({ network: 'web' });
    const seen = await until(events, 'network.deleted');
    const types = seen.map(({ type }) => type);
    expect(types).toEqual([
      ...['lease.held', 'network.creating', 'network.ready'],
      ...['lease.held', 'endpoint.creating', 'endpoint.ready', 'port.published'],
      ...['port.published', 'port.unpublished'],
      ...['port.unpublished', 'endpoint.deleting', 'lease.released', 'endpoint.deleted'],
      ...['network.deleting', 'lease.released', 'network.deleted'],
    ]);
    const ready = seen.find(({ type }) => type === 'endpoint.ready');
    expect(ready?.data).toMatchObject({ id, network: 'web', sandbox });
    const ports = seen.flatMap((event) => (event.type === 'port.published' ? [event.data.ports] : []));
    expect(ports).toEqual([['8080:80/tcp'], ['9090:90/tcp']]);
  });

  it('are told of one network or kind alone when asked for', async () => {
    const events = await follow({ types: ['endpoint.ready', 'network.deleted'], network: 'two' });
    for (const name of ['one', 'two']) {
      await client.createNetwork({ name });
      await client.connect({ network: name, sandbox });
    }
    for (const name of ['one', 'two']) await client.deleteNetwork({ network: name, force: true });
    const seen = await until(events, 'network.deleted');
    expect(seen.map(({ type }) => type)).toEqual(['endpoint.ready', 'network.deleted']);
    expect(seen[0]?.data).toMatchObject({ network: 'two' });
  });

  it('resume behind the last one, over a restart, with none lost and none twice', async () => {
    const filter = { types: ['network.ready', 'network.deleted'] as const };
    const all = await follow(filter);
    const seen: Event[] = [];
    const following = (async () => {
      for await (const event of all) if (seen.push(event) === 8) break;
    })();
    const told = async (count: number) => {
      while (seen.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    for (let round = 0; round < 4; round++) {
      await client.createNetwork({ name: `r${round}` });
      if (round % 2 === 1) {
        await daemon.stop(round === 1 ? 'SIGKILL' : 'SIGTERM');
        await daemon.start();
      }
      // What is gone before the next start is told as it was at last.
      await told(2 * round + 1);
      await client.deleteNetwork({ network: `r${round}` });
      await told(2 * round + 2);
    }
    await following;
    const types = seen.map(({ type }) => type);
    expect(types).toEqual(Array.from({ length: 4 }, () => ['network.ready', 'network.deleted']).flat());
    expect(new Set(seen.map(({ id }) => id)).size).toBe(8);
    // From before a restart, what was changed again since is told as it is at last: here, gone.
    const [, second, , fourth] = seen;
    const again = await until(client.events({ ...filter, after: second?.id ?? '' }), 'network.deleted');
    expect(again).toEqual([fourth]);
  });

  it('refuse to resume where not all is kept', async () => {
    for (const [after, status] of [
      ['99999999', 404],
      ['nonsense', 400],
    ] as const) {
      const headers = { 'last-event-id': after };
      const answer = await sendRaw(daemon.socket, { method: 'GET', path: '/v1/events', headers });
      expect([after, answer.status]).toEqual([after, status]);
      const events = client.events({ after });
      await expect(events.next()).rejects.toMatchObject({ status });
    }
  });

  it('tell many at once, each from its own place', async () => {
    const start = (await newest()) ?? '';
    const readers = Array.from({ length: 20 }, () =>
      until(client.events({ types: ['network'], after: start }), 'network.deleted'),
    );
    await client.createNetwork({ name: 'many' });
    await client.deleteNetwork({ network: 'many' });
    const [first, ...others] = await Promise.all(readers);
    for (const other of others) expect(other).toEqual(first);
  });

  it('end with the daemon, and go on with the next', async () => {
    const stop = new AbortController();
    const events = await follow({ types: ['network.ready'], signal: stop.signal });
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await daemon.stop('SIGTERM')).toBe(0);
    await daemon.start();
    await client.createNetwork({ name: 'after' });
    expect((await next).value).toMatchObject({ type: 'network.ready', data: { name: 'after' } });
    stop.abort();
    expect((await events.next()).done).toBe(true);
    await client.deleteNetwork({ network: 'after' });
  });

  it('say at once where they begin, so that nothing is lost to whoever has heard nothing yet', async () => {
    const after = (await newest()) ?? '';
    for (const headers of [{}, { 'last-event-id': after }]) {
      const first = await new Promise<string>((resolve, reject) => {
        const asked = request({ socketPath: daemon.socket, path: '/v1/events?types=drift', headers });
        asked.on('response', (response) => {
          response.once('data', (piece: Buffer) => {
            resolve(piece.toString());
            asked.destroy();
          });
        });
        asked.on('error', reject);
        asked.end();
      });
      expect(first).toMatch(/^event: mark\nid: \d+\ndata: \{\}\n\n/);
    }
    const stop = new AbortController();
    const events = client.events({ types: ['pool.changed'], signal: stop.signal });
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await daemon.stop();
    // Made by another process while no daemon runs.
    await SqliteStore.open(join(daemon.stateDirectory, 'state.db')).then(async (store) => {
      await new Ipam(store).createPool({ id: 'gap', prefix: IpPrefix.parse('10.99.1.0/30') });
      await store.close();
    });
    await daemon.start();
    expect((await next).value).toMatchObject({ type: 'pool.changed', data: { id: 'gap' } });
    stop.abort();
    await client.deletePool({ pool: 'gap' });
  });
});
