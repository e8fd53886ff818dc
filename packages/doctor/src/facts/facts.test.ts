import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLimits } from './limits.ts';
import { readProcess } from './process.ts';
import { readSettings } from './settings.ts';
import { readSockets } from './sockets.ts';

describe('facts of /proc', () => {
  let proc: string;

  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'tsnet-proc-'));
  });

  afterEach(() => rmSync(proc, { recursive: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(proc, name)), { recursive: true });
      writeFileSync(join(proc, name), text);
    }
  }

  it('tell the effective user, the capabilities that are missing, and the limit of open files', () => {
    write({
      'self/status': 'Name:\tx\nUid:\t1000\t1001\t1000\t1000\nCapEff:\t0000000000203000\n',
      'self/limits': 'Limit  Soft Limit  Hard Limit  Units\nMax open files            256   4096    files\n',
    });
    expect(readProcess(proc)).toEqual({ userId: 1001, missingCapabilities: [], openFiles: 256 });
    write({
      'self/status': 'Uid:\t0\t0\t0\t0\nCapEff:\t0000000000002000\n',
      'self/limits': 'Max open files            unlimited   unlimited    files\n',
    });
    expect(readProcess(proc)).toEqual({
      userId: 0,
      missingCapabilities: ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN'],
      openFiles: Number.POSITIVE_INFINITY,
    });
  });

  it('tell what the kernel is set to, and do without what it does not have', () => {
    expect(readSettings(proc, ['eth0'])).toMatchObject({
      hasIpv6: false,
      forwarding: { ipv4: false, ipv6: false },
    });
    write({
      'sys/net/ipv4/ip_forward': '1\n',
      'sys/net/ipv4/conf/all/rp_filter': '1\n',
      'sys/net/ipv4/conf/eth0/rp_filter': '0\n',
      'sys/net/ipv4/conf/eth0/forwarding': '1\n',
      'sys/net/ipv6/conf/all/forwarding': '0\n',
      'sys/net/ipv6/conf/all/disable_ipv6': '1\n',
      'sys/net/ipv6/conf/eth0/accept_ra': '2\n',
      'sys/net/bridge/bridge-nf-call-ip6tables': '1\n',
    });
    expect(readSettings(proc, ['eth0'])).toEqual({
      forwarding: { ipv4: true, ipv6: false },
      hasIpv6: true,
      ipv6Disabled: true,
      bridgedFramesFiltered: { ipv4: false, ipv6: true },
      links: new Map([
        ['eth0', { forwarding: { ipv4: true, ipv6: false }, rpFilter: 1, acceptRa: 2, ipv6Disabled: false }],
      ]),
    });
  });

  it('tell how full tables are, summed over processors', () => {
    const none = { conntrack: undefined, neighbors: { ipv4: undefined, ipv6: undefined } };
    expect(readLimits(proc)).toEqual({ ...none, machineFiles: undefined });
    write({
      'sys/net/netfilter/nf_conntrack_count': '12\n',
      'sys/net/netfilter/nf_conntrack_max': '65536\n',
      'sys/net/ipv4/neigh/default/gc_thresh3': '1024\n',
      'thread-self/net/stat/arp_cache':
        'entries  allocs table_fulls\n0000000f  00000001 0000000a\n0000000f  00000001 00000001\n',
      'sys/fs/file-nr': '1216\t0\t9223372\n',
    });
    expect(readLimits(proc)).toEqual({
      conntrack: { count: 12, max: 65_536 },
      neighbors: { ipv4: { max: 1024, refusals: 11 }, ipv6: undefined },
      machineFiles: { count: 1216, max: 9_223_372 },
    });
  });

  it('tell who waits on wanted ports, and pass over connections', () => {
    const heading =
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
    const row = (local: string, state: string, inode: number) =>
      `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0\n`;
    write({
      'thread-self/net/tcp': `${heading}${row('0100007F:1F90', '0A', 7)}${row('0100007F:1F90', '01', 8)}${row('00000000:0016', '0A', 9)}`,
      'thread-self/net/udp6': `${heading}${row('B80D0120000000000000000001000000:1F90', '07', 10)}`,
      '71/comm': 'nginx\n',
      '71/fd/0': '',
    });
    symlinkSync('socket:[7]', join(proc, '71/fd/3'));
    const found = readSockets(proc, (_, port) => port === 8080);
    expect(found.map(({ protocol, address, port, owner }) => [protocol, `${address}`, port, owner])).toEqual([
      ['tcp', '127.0.0.1', 8080, 'nginx (process 71)'],
      ['udp', '2001:db8::1', 8080, undefined],
    ]);
  });
});
