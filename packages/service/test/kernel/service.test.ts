import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { itServesTheApi, type ServedApi } from '@tsnet/api/testing';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host } from '@tsnet/core';
import { MemoryStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { openNetnsDirectory } from '@tsnet/netns';
import { etagOf, openService } from '@tsnet/service';
import { describeKernel } from '@tsnet/tooling-testing/kernel';

const linux = openLinux();

/** The API over an engine of this process, on a namespace that stands for a host. */
async function open(): Promise<ServedApi> {
  const namespaces = openNetnsDirectory({ linux });
  const name = `host-${randomBytes(4).toString('hex')}`;
  const netns = namespaces.create(name);
  execFileSync('ip', ['-netns', name, 'link', 'set', 'lo', 'up']);
  const host = Host.open({ linux, netns });
  const store = new MemoryStore();
  const engine = new Engine({ host, store, drivers: [BridgeDriver.open({ host })] });
  return {
    api: openService({ engine, store }),
    etagOf,
    sandboxName: (sandbox) => `${name}-${sandbox}`,
    async [Symbol.asyncDispose]() {
      await engine.close();
      for (const left of readdirSync('/run/netns')) if (left.startsWith(name)) namespaces.delete(left);
    },
  };
}

describeKernel('a service', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  itServesTheApi(open);
});
