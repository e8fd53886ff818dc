import { describe, expect, it } from 'vitest';
import { facts, limits, link, network, topology, web } from '../../test/facts.ts';
import { checkLimits } from './check-limits.ts';

describe('checkLimits', () => {
  it('warns of a table of connections that is nearly full, before it is', () => {
    const severities = [700, 800, 950].map((count) =>
      checkLimits(facts({ limits: limits({ conntrack: { count, max: 1000 } }) })).map(
        ({ severity }) => severity,
      ),
    );
    expect(severities).toEqual([[], ['warning'], ['problem']]);
    const [finding] = checkLimits(facts({ limits: limits({ conntrack: { count: 950, max: 1000 } }) }));
    expect(finding?.commands).toEqual(['sysctl -w net.netfilter.nf_conntrack_max=2000']);
  });

  it('compares the table of neighbors with the endpoints', () => {
    const found = [100, 600, 1024].map((endpoints) =>
      checkLimits(facts({ networks: [network({}, { endpoints })] })).map(({ code, severity }) => [
        code,
        severity,
      ]),
    );
    const small = 'NEIGHBOR_TABLE_SMALL';
    expect(found).toEqual([[], [[small, 'warning']], [[small, 'problem']]]);
  });

  it('tells that neighbors were refused', () => {
    const neighbors = { ipv4: { max: 1024, refusals: 7 }, ipv6: undefined };
    expect(checkLimits(facts({ limits: limits({ neighbors }) }))).toMatchObject([
      { code: 'NEIGHBOR_TABLE_OVERFLOWED', severity: 'warning', subject: 'IPv4 neighbor table' },
    ]);
  });

  it('tells a low limit of open files, of the process and of the machine', () => {
    const process = { userId: 0, missingCapabilities: [], openFiles: 64 };
    const machineFiles = { count: 95, max: 100 };
    expect(checkLimits(facts({ process, limits: limits({ machineFiles }) }))).toMatchObject([
      { code: 'FILES_LIMIT_LOW', subject: 'open files of this process' },
      { code: 'FILES_LIMIT_LOW', subject: 'open files of the machine' },
    ]);
  });

  it('counts the ports of a bridge', () => {
    const ports = Array.from({ length: 1000 }, (_, index) => link(100 + index, `tsv${index}`, { master: 3 }));
    const found = topology({ links: [web, ...ports] });
    expect(checkLimits(facts({ topology: found, networks: [network()] }))).toMatchObject([
      { code: 'BRIDGE_FULL', severity: 'warning', subject: 'bridge web' },
    ]);
  });
});
