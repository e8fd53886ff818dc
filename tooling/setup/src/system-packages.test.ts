import { describe, expect, it } from 'vitest';
import { missingPackages } from './install-system-packages.mjs';
import { packagesFor } from './system-packages.mjs';

describe('packagesFor', () => {
  it('gives each profile all that the ones before it have', () => {
    const [start, test, bench] = [packagesFor('start'), packagesFor('test'), packagesFor('bench')];
    expect(test.slice(0, start.length)).toEqual(start);
    expect(bench.slice(0, test.length)).toEqual(test);
    expect(bench.length).toBeGreaterThan(test.length);
  });

  it('lists no package twice', () => {
    const names = packagesFor('bench').map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('missingPackages', () => {
  it('wants a package unless it is fully installed', () => {
    const listing = 'ii  curl\niU  strace\nrc  tcpdump\nun  nftables\n';
    expect(missingPackages(['curl', 'strace', 'tcpdump', 'nftables', 'iproute2'], listing)).toEqual([
      'strace',
      'tcpdump',
      'nftables',
      'iproute2',
    ]);
  });
});
