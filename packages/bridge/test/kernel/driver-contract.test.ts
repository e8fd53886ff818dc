import { mkdtempSync } from 'node:fs';
import { Host } from '@tsnet/core';
import { type DriverBench, driverContract } from '@tsnet/core/testing';
import { openLinux } from '@tsnet/linux';
import { type Netns, openNetnsDirectory } from '@tsnet/netns';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { BridgeDriver } from '../../src/bridge-driver.ts';

function openBench(): DriverBench {
  const linux = openLinux();
  const namespaces = openNetnsDirectory({ linux, runDirectory: mkdtempSync('/run/tsnet-bench-') });
  const host = Host.open({ linux, netns: namespaces.create('host') });
  const driver = BridgeDriver.open({ host });
  const sandboxes: Netns[] = [];
  const destroy = (sandbox: Netns) => {
    sandbox.close();
    if (sandbox.ref.kind === 'name') namespaces.delete(sandbox.ref.name);
  };
  return {
    host,
    driver,
    sandbox() {
      const sandbox = namespaces.create(`sandbox${sandboxes.length}`);
      sandboxes.push(sandbox);
      return sandbox;
    },
    destroy,
    async [Symbol.asyncDispose]() {
      driver.close();
      host.close();
      sandboxes.forEach(destroy);
      namespaces.delete('host');
    },
  };
}

describeKernel('BridgeDriver', { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  driverContract('BridgeDriver', openBench);
});
