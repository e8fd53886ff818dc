import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, expect, it } from 'vitest';
import { TestHost } from '../testing/test-host.ts';
import { mainPath, type Outcome } from '../testing/tsnet.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnet-fallback-'));
afterAll(() => rmSync(directory, { recursive: true }));

// A library that cannot be loaded is found first by tsnet, and not by the nft program, which needs it too.
writeFileSync(join(directory, 'libnftables.so.1'), '');
writeFileSync(
  join(directory, 'nft'),
  '#!/bin/sh\nunset LD_LIBRARY_PATH\nPATH=$(echo "$PATH" | cut -d: -f2-)\nexec nft "$@"\n',
);
chmodSync(join(directory, 'nft'), 0o755);

function withoutLibrary(host: TestHost, path: string, ...args: readonly string[]): Promise<Outcome> {
  const settings = [`LD_LIBRARY_PATH=${directory}`, `PATH=${path}`];
  const command = [process.execPath, mainPath, '--state-dir', host.stateDirectory, ...args];
  return host.run('env', [...settings, ...command]);
}

describeKernel('without libnftables', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('the nft program is used for networks, which --verbose says once, and ports need neither', async () => {
    await using host = await TestHost.open();
    const path = `${directory}:${process.env.PATH}`;
    const create = ['network', 'create', 'one', '--subnet', '10.1.0.0/24'];
    const quiet = await withoutLibrary(host, path, ...create);
    expect({ exitCode: quiet.exitCode, stderr: quiet.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await host.tables()).not.toEqual([]);
    expect((await withoutLibrary(host, path, 'network', 'rm', 'one')).exitCode).toBe(0);
    const verbose = await withoutLibrary(host, path, ...create, '--verbose');
    expect(verbose.exitCode).toBe(0);
    expect(verbose.stderr.match(/^note: .*libnftables.* the nft program is used/gm)).toHaveLength(1);

    await host.ok('netns', 'create', 'fallback');
    const connect = ['network', 'connect', 'one', 'fallback', '-p', '8080:80', '--verbose'];
    const connected = await withoutLibrary(host, '/nonexistent', ...connect);
    expect(connected.exitCode).toBe(0);
    expect(connected.stderr).not.toContain('nft program');
    expect(await host.json('port', 'ls')).toHaveLength(1);
    expect((await host.run('nft', ['list', 'ruleset'])).stdout).toContain('8080');
    expect((await withoutLibrary(host, path, 'network', 'rm', '--force', 'one')).exitCode).toBe(0);
    expect(await host.tables()).toEqual([]);
  });

  it('and without the nft program, a network is refused with what to install, and nothing is left', async () => {
    await using host = await TestHost.open();
    const { exitCode, stderr } = await withoutLibrary(host, '/nonexistent', 'network', 'create', 'one');
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(/^tsnet: cannot .+nft.+\n {2}hint: .*install/i);
    expect(await host.json('network', 'ls')).toEqual([]);
    expect(await host.json('ipam', 'ls')).toEqual([]);
    expect(await host.links()).toEqual([]);
  });
});
