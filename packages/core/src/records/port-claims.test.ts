import { IpAddress } from '@tsnet/inet';
import { MemoryStore, transact } from '@tsnet/ipam';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PortTakenError } from '../errors.ts';
import { type PublishedPort, parsePortSpec } from '../model/port.ts';
import { claimPort, findPortHolder, releasePort } from './port-claims.ts';

const claim = (store: MemoryStore, endpoint: string, text: string) =>
  transact(store, (tx) => claimPort(tx, endpoint, parsePortSpec(text)));

describe('claims on host ports', () => {
  it.each([
    ['80:1', '80:2'],
    ['80:1', '127.0.0.1:80:1'],
    ['80:1', '[::1]:80:1'],
    ['80:1', '[::]:80:1'],
    ['0.0.0.0:80:1', '127.0.0.1:80:1'],
    ['0.0.0.0:80:1', '0.0.0.0:80:1'],
    ['[::]:80:1', '[2001:db8::1]:80:1'],
    ['127.0.0.1:80:1', '127.0.0.1:80:2'],
    ['80-90:1-11', '90:1'],
    ['1-65535:1-65535', '64:1'],
    ['60-70:60-70', '63-64:1-2'],
  ])('clash: %s and %s, in either order', async (first, second) => {
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const store = new MemoryStore();
      await claim(store, 'one', one);
      await expect(claim(store, 'other', other)).rejects.toThrow(PortTakenError);
      await expect(claim(store, 'other', other)).rejects.toThrow('endpoint one');
    }
  });

  it.each([
    ['80:1', '81:1'],
    ['80:1', '80:1/udp'],
    ['127.0.0.1:80:1', '127.0.0.2:80:1'],
    ['127.0.0.1:80:1', '[::1]:80:1'],
    ['0.0.0.0:80:1', '[::]:80:1'],
    ['60-63:1-4', '64-70:1-7'],
  ])('do not clash: %s and %s', async (first, second) => {
    const store = new MemoryStore();
    await claim(store, 'one', first);
    await claim(store, 'other', second);
  });

  it('leave nothing when they are given up, once or twice', async () => {
    const store = new MemoryStore();
    const port = parsePortSpec('10-200:10-200');
    await transact(store, (tx) => claimPort(tx, 'one', port));
    await transact(store, (tx) => releasePort(tx, 'other', port));
    expect(await transact(store, (tx) => findPortHolder(tx, port))).toBe('one');
    await transact(store, (tx) => releasePort(tx, 'one', port));
    await transact(store, (tx) => releasePort(tx, 'one', port));
    expect(await store.list('')).toEqual([]);
  });

  it('cost one record each, however many there are', async () => {
    const store = new MemoryStore();
    for (let port = 1; port <= 64 * 3; port++) await claim(store, `e${port}`, `${port}:80`);
    expect((await store.list('')).length).toBe(4);
  });

  it('hold as if each port of each address were looked at', async () => {
    const hosts = [undefined, '0.0.0.0', '::', '127.0.0.1', '10.0.0.1', '::1'];
    const ports = fc
      .record({
        protocol: fc.constantFrom('tcp' as const, 'udp' as const),
        host: fc.constantFrom(...hosts),
        hostPort: fc.integer({ min: 1, max: 200 }),
        count: fc.integer({ min: 1, max: 100 }),
      })
      .map(({ host, ...port }) => ({
        ...port,
        port: 1,
        ...(host === undefined ? {} : { hostAddress: IpAddress.parse(host) }),
      }));
    const actions = fc.array(fc.record({ port: ports, release: fc.boolean() }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(actions, async (list) => {
        const store = new MemoryStore();
        const model: { readonly owner: string; readonly port: PublishedPort }[] = [];
        for (const [index, { port, release }] of list.entries()) {
          const oldest = model[0];
          if (release && oldest !== undefined) {
            model.shift();
            await transact(store, (tx) => releasePort(tx, oldest.owner, oldest.port));
            continue;
          }
          const free = !model.some((held) => collide(held.port, port));
          const claimed = await transact(store, (tx) => claimPort(tx, `e${index}`, port)).then(
            () => true,
            () => false,
          );
          expect(claimed).toBe(free);
          if (claimed) model.push({ owner: `e${index}`, port });
        }
        for (const { owner, port } of model) await transact(store, (tx) => releasePort(tx, owner, port));
        expect(await store.list('')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

/** Whether some packet could go to both. */
function collide(a: PublishedPort, b: PublishedPort): boolean {
  const sockets = (port: PublishedPort) => {
    const all = ['127.0.0.1', '10.0.0.1', '10.9.9.9', '::1', 'fd99::1'];
    const { hostAddress, hostPort, count, protocol } = port;
    const here = all.filter((text) => {
      if (hostAddress === undefined) return true;
      if (hostAddress.isUnspecified) return text.includes(':') === (hostAddress.family === 'ipv6');
      return text === `${hostAddress}`;
    });
    return here.flatMap((text) =>
      Array.from({ length: count }, (_, offset) => `${protocol} ${text} ${hostPort + offset}`),
    );
  };
  const taken = new Set(sockets(a));
  return sockets(b).some((socket) => taken.has(socket));
}
