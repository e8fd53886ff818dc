import type { Client, Event } from '@tsnet/api';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, expect, it } from 'vitest';
import { sendRaw } from '../testing/raw-request.ts';
import { TestDaemon } from '../testing/test-daemon.ts';

describeKernel('drift', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  let daemon: TestDaemon;
  let client: Client;
  let sandbox: string;

  async function open(...args: readonly string[]): Promise<void> {
    daemon = await TestDaemon.open({ args });
    client = daemon.client();
    sandbox = daemon.sandboxName('app');
    await client.createNetwork({ name: 'web', subnets: [{ prefix: '10.89.0.0/24' }] });
    await client.createSandbox({ name: sandbox });
    await client.connect({ network: 'web', sandbox, ports: ['8080:80'] });
  }

  afterEach(async () => {
    client.close();
    await daemon[Symbol.asyncDispose]();
  });

  /** The first event of drift that is told after something was done. */
  async function eventAfter(
    types: readonly ['drift.found'] | readonly ['drift.repaired'],
    act: () => Promise<unknown>,
  ) {
    const stop = new AbortController();
    const events = client.events({ types, signal: stop.signal });
    const next = events.next();
    // The stream has begun when it is counted.
    for (let open = '0'; open === '0'; ) open = await metric('tsnet_event_subscribers');
    const start = performance.now();
    await act();
    const { value } = await next;
    stop.abort();
    return { event: value as Event, milliseconds: performance.now() - start };
  }

  /** The value of a metric. */
  async function metric(name: string): Promise<string> {
    const { body } = await sendRaw(daemon.socket, { method: 'GET', path: '/metrics' });
    const line = body.split('\n').find((each) => each.startsWith(`${name} `));
    return line?.slice(name.length + 1) ?? '';
  }

  it('is repaired by itself, with an event and a metric', async () => {
    await open();
    const { event } = await eventAfter(['drift.repaired'], () => daemon.run('nft', 'flush', 'ruleset'));
    expect(event.data).toMatchObject({ subject: 'table inet tsnet of nftables' });
    expect(await daemon.run('nft', 'list', 'table', 'inet', 'tsnet')).toContain('8080');
    const inside = () => daemon.runIn(sandbox, 'ip', 'link', 'del', 'eth0');
    const { event: second } = await eventAfter(['drift.repaired'], inside);
    expect(second.data).toMatchObject({ problem: 'its link is gone' });
    await daemon.runIn(sandbox, 'ping', '-c', '1', '-W', '2', '10.89.0.1');
    expect(await metric('tsnet_drift_total{state="repaired"}')).toBe('2');
    expect(await metric('tsnet_drift_total{state="failed"}')).toBe('0');
    expect((await client.getStatus()).findings).toEqual([]);
  });

  it('is only told of with --no-repair', async () => {
    await open('--no-repair');
    const { event } = await eventAfter(['drift.found'], () => daemon.run('ip', 'link', 'set', 'web', 'down'));
    expect(event.data).toEqual({ subject: 'bridge web', problem: 'down', network: 'web' });
    const { findings } = await client.getStatus();
    expect(findings.map(({ subject, problem }) => [subject, problem])).toContainEqual(['bridge web', 'down']);
    expect(await daemon.run('ip', 'link', 'show', 'web')).toMatch(/state DOWN/);
    const outcomes = await client.reconcile();
    expect(outcomes).toContainEqual({ subject: 'bridge web', problem: 'down', failure: null });
    expect(await daemon.run('ip', 'link', 'show', 'web')).toMatch(/state UP/);
  });

  it('is not what somebody else has made', async () => {
    await open();
    await daemon.run('ip', 'link', 'add', 'mine', 'type', 'bridge');
    await daemon.run('nft', 'add', 'table', 'inet', 'mine');
    // Another state directory on the same host: its networks bear the same mark.
    await daemon.run('ip', 'link', 'add', 'other', 'alias', 'tsnet network 0123456789ab', 'type', 'bridge');
    await eventAfter(['drift.repaired'], () => daemon.run('ip', 'link', 'set', 'web', 'down'));
    expect(await daemon.links()).toEqual(expect.arrayContaining(['mine', 'other', 'web']));
    expect(await daemon.run('nft', 'list', 'tables')).toContain('mine');
  });
});
