import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultSocket } from '@tsnet/api';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { readmeExamples, runExample } from '@tsnet/tooling-testing/readme';
import { expect, it } from 'vitest';
import { sendRaw } from '../testing/raw-request.ts';
import { TestDaemon } from '../testing/test-daemon.ts';

const api = dirname(fileURLToPath(import.meta.resolve('@tsnet/api/package.json')));
const docs = join(import.meta.dirname, '../../../../docs/daemon.md');

describeKernel('what is written of the daemon', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  it('is so of the example of the client', async () => {
    await using _ = await TestDaemon.open({ socket: defaultSocket });
    const [code = ''] = readmeExamples(api);
    const [, printed = ''] = /```text\n(.*?)```/s.exec(readFileSync(join(api, 'README.md'), 'utf8')) ?? [];
    expect(runExample(api, code)).toBe(printed);
    await using client = (await import('@tsnet/api')).openClient();
    await client.deleteSandbox({ sandbox: 'shop-app' });
  });

  it('is so of the paths, the events and the metrics', async () => {
    await using daemon = await TestDaemon.open();
    await using client = daemon.client();
    await client.createNetwork({ name: 'web' });
    const text = readFileSync(docs, 'utf8');
    const get = async (path: string) => sendRaw(daemon.socket, { method: 'GET', path });
    const { paths } = JSON.parse((await get('/openapi.json')).body) as { readonly paths: object };
    const named = [...text.matchAll(/`(\/v1\/[^`?%]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(12);
    for (const path of named)
      expect(Object.keys(paths).some((known) => known === path || known.startsWith(`${path}/`))).toBe(true);
    const known = (await get('/metrics')).body;
    const metrics = [...text.matchAll(/`(tsnet_\w+)`/g)].map(([, name = '']) => name);
    expect(metrics.length).toBeGreaterThan(8);
    for (const name of metrics) expect(known).toContain(`# TYPE ${name} `);
    const { eventTypes } = await import('@tsnet/api/schemas');
    for (const type of eventTypes) expect(text).toMatch(new RegExp(`${type}|\\.${type.split('.')[1]}\``));
  });

  it('is shown on pages that need nothing from elsewhere', async () => {
    await using daemon = await TestDaemon.open();
    const { status, body } = await sendRaw(daemon.socket, { method: 'GET', path: '/docs/' });
    expect(status).toBe(200);
    const parts = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      expect(part).not.toMatch(/^(https?:)?\/\//);
      const path = new URL(part, 'http://tsnet/docs/').pathname;
      expect([path, (await sendRaw(daemon.socket, { method: 'GET', path })).status]).toEqual([path, 200]);
    }
    const described = await sendRaw(daemon.socket, { method: 'GET', path: '/docs/json' });
    expect(JSON.parse(described.body)).toMatchObject({ openapi: '3.1.0', info: { title: 'tsnet' } });
  });
});
