import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import { describe, expect, it } from 'vitest';
import { InvalidNetworkError } from '../errors.ts';
import { groupSubnets } from './subnet-spec.ts';

const prefixes = ['10.0.0.0/24', 'fd00::/64'].map((text) => IpPrefix.parse(text));
const none = { prefixes, gateways: [], ranges: [], exclude: [] };
const range = (text: string) => IpRange.parse(text);

describe('groupSubnets', () => {
  it('gives each prefix what lies in it, in any order', () => {
    const gateways = ['fd00::fe', '10.0.0.254'].map((text) => IpAddress.parse(text));
    const ranges = [range('10.0.0.10-10.0.0.20')];
    const exclude = [range('fd00::5-fd00::9'), range('10.0.0.15-10.0.0.15'), range('fd00::1-fd00::1')];
    expect(groupSubnets('web', { prefixes, gateways, ranges, exclude })).toEqual([
      { prefix: prefixes[0], gateway: gateways[1], range: ranges[0], exclude: [exclude[1]] },
      { prefix: prefixes[1], gateway: gateways[0], exclude: [exclude[0], exclude[2]] },
    ]);
  });

  it('leaves out what was not given', () => {
    expect(groupSubnets('web', none)).toEqual(prefixes.map((prefix) => ({ prefix, exclude: [] })));
    expect(groupSubnets('web', { ...none, prefixes: [] })).toEqual([]);
  });

  it.each([
    { gateways: [IpAddress.parse('10.0.1.1')] },
    { ranges: [range('10.0.0.250-10.0.1.3')] },
    { exclude: [range('fd01::1-fd01::2')] },
  ])('refuses what lies in none: %o', (options) => {
    expect(() => groupSubnets('web', { ...none, ...options })).toThrow(InvalidNetworkError);
    expect(() => groupSubnets('web', { ...none, ...options })).toThrow('lies in none of its prefixes');
  });

  it('refuses a second gateway or range for one prefix', () => {
    const gateways = ['10.0.0.1', '10.0.0.2'].map((text) => IpAddress.parse(text));
    expect(() => groupSubnets('web', { ...none, gateways })).toThrow('two gateways, 10.0.0.1 and 10.0.0.2');
    const ranges = [range('fd00::1-fd00::2'), range('fd00::3-fd00::4')];
    expect(() => groupSubnets('web', { ...none, ranges })).toThrow('two ranges');
  });
});
