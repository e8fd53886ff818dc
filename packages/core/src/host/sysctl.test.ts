import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLinux } from '@tsnet/linux';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SysctlError } from '../errors.ts';
import { Sysctl } from './sysctl.ts';

describe('Sysctl', () => {
  let directory: string;
  let sysctl: Sysctl;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tsnet-proc-'));
    mkdirSync(`${directory}/sys/net/ipv4/conf/br.0`, { recursive: true });
    writeFileSync(`${directory}/sys/net/ipv4/conf/br.0/forwarding`, '0');
    sysctl = new Sysctl(openLinux(), { directory: () => directory }, undefined);
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('reads and writes settings by their path', () => {
    expect(sysctl.read('ipv4/conf/br.0/forwarding')).toBe('0');
    sysctl.write({ 'ipv4/conf/br.0/forwarding': 1 });
    expect(readFileSync(`${directory}/sys/net/ipv4/conf/br.0/forwarding`, 'utf8')).toBe('1');
  });

  it('knows which links there are', () => {
    expect(['br.0', 'br.1'].map((ifName) => sysctl.hasLink(ifName))).toEqual([true, false]);
  });

  it('names the setting that is not there', () => {
    expect(() => sysctl.read('ipv4/none/x')).toThrow(SysctlError);
    expect(() => sysctl.write({ 'ipv4/none/x': 1 })).toThrow('cannot set net/ipv4/none/x to 1');
  });

  it('has no IPv6 to disable on a kernel without', () => {
    sysctl.write({ 'ipv6/conf/br.0/disable_ipv6': 1 });
    expect(() => sysctl.write({ 'ipv6/conf/br.0/disable_ipv6': 0 })).toThrow(SysctlError);
  });
});
