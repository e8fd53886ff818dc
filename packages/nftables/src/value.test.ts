import { describe, expect, it } from 'vitest';
import { InvalidNftablesInputError } from './errors.ts';
import { formatValue, formatValues, type NftValue, nftValue as v } from './value.ts';

describe('formatValue', () => {
  it.each<readonly [NftValue, string]>([
    [v.address('10.0.0.1'), '10.0.0.1'],
    [v.address('fd00::1'), 'fd00::1'],
    [v.prefix('0.0.0.0', 0), '0.0.0.0/0'],
    [v.prefix('fd00::', 64), 'fd00::/64'],
    [v.addressRange('10.0.0.1', '10.0.0.9'), '10.0.0.1-10.0.0.9'],
    [v.protocol('tcp'), '6'],
    [v.protocol('sctp'), '132'],
    [v.protocol(47), '47'],
    [v.port(0), '0'],
    [v.port(65535), '65535'],
    [v.portRange(8000, 8010), '8000-8010'],
    [v.portRange(80, 80), '80'],
    [v.link('br0'), '"br0"'],
    [v.mark(0xffffffff), '4294967295'],
    [v.mac('02:00:00:00:00:01'), '02:00:00:00:00:01'],
    [v.verdict('drop'), 'drop'],
    [v.jump('into'), 'jump into'],
    [v.goto('into'), 'goto into'],
  ])('writes %j as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it.each<NftValue>([
    v.address('10.0.0'),
    v.address('10.0.0.1; flush ruleset'),
    v.address('fe80::1%eth0'),
    v.address('localhost'),
    v.prefix('10.0.0.0', 33),
    v.prefix('10.0.0.0', -1),
    v.prefix('fd00::', 129),
    v.addressRange('10.0.0.1', 'x'),
    v.addressRange('10.0.0.1', 'fd00::1'),
    v.addressRange('10.0.0.2', '10.0.0.1'),
    v.protocol(256),
    v.port(65536),
    v.port(1.5),
    v.port(Number.NaN),
    v.portRange(2, 1),
    v.portRange(1, 65536),
    v.link('a b'),
    v.mark(-1),
    v.mark(2 ** 32),
    v.mac('02:00:00:00:00'),
    v.jump('a; b'),
  ])('refuses %j', (value) => {
    expect(() => formatValue(value)).toThrow(InvalidNftablesInputError);
  });

  it('refuses what no type allows', () => {
    for (const value of [
      { type: 'verdict', verdict: 'queue' },
      { type: 'raw', text: 'x' },
      { type: 'port', port: '80' },
    ]) {
      expect(() => formatValue(value as unknown as NftValue)).toThrow(InvalidNftablesInputError);
    }
  });
});

describe('formatValues', () => {
  it('joins fields, and refuses a key with none', () => {
    expect(formatValues('key', [v.protocol('tcp'), v.port(80)])).toBe('6 . 80');
    expect(() => formatValues('key', [])).toThrow('cannot use an empty key: it needs at least one field');
  });
});
