import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLinux, SystemCallError } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterAll, expect, it } from 'vitest';
import { findMissingFeatures } from '../../src/facts/features.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnet-modules-'));
afterAll(() => rmSync(directory, { recursive: true }));
const nowhere = { modules: join(directory, 'none'), loaded: join(directory, 'none') };

describeKernel('features of the kernel', { needs: ['netns', 'veth', 'bridge', 'nftables'] }, () => {
  it('are tried where there is no module to be seen', () => {
    expect(findMissingFeatures(openLinux(), '1', nowhere)).toEqual([]);
  });

  it('are missing where the kernel knows no such thing', () => {
    const linux = openLinux();
    const without = new Proxy(linux, {
      get(target, method) {
        if (method !== 'socket') return Reflect.get(target, method).bind(target);
        return (domain: number, type: number, protocol: number) => {
          if (protocol === 12) throw new SystemCallError('open', 'a socket', 93);
          return target.socket(domain, type, protocol);
        };
      },
    });
    expect(findMissingFeatures(without, '1', nowhere)).toEqual([
      'connection tracking over netlink',
      'nftables with maps, NAT and routing look-ups',
    ]);
  });

  it('are not tried where modules of them are loaded, or can be', () => {
    const names = [
      'bridge',
      'veth',
      'nf_conntrack_netlink',
      'nf_tables',
      'nft_chain_nat',
      'nft_masq',
      'nft_ct',
    ];
    mkdirSync(join(directory, '6.1'), { recursive: true });
    mkdirSync(join(directory, 'loaded/nft_fib_inet'), { recursive: true });
    writeFileSync(join(directory, '6.1/modules.builtin'), 'kernel/net/bridge/bridge.ko\n');
    const listed = names
      .slice(1)
      .map((name) => `kernel/net/${name.replaceAll('_', '-')}.ko.xz: kernel/a.ko\n`);
    writeFileSync(join(directory, '6.1/modules.dep'), listed.join(''));
    const refusing = new Proxy(openLinux(), {
      get() {
        throw new Error('nothing is to be tried');
      },
    });
    const directories = { modules: directory, loaded: join(directory, 'loaded') };
    expect(findMissingFeatures(refusing, '6.1', directories)).toEqual([]);
  });
});
