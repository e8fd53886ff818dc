import { describe, expect, it } from 'vitest';
import { InvalidNameError } from '../errors.ts';
import { checkIfName, checkName, fitsIfName } from './name.ts';

describe('checkName', () => {
  it.each(['a', '0', 'web', 'Web_1.prod-eu', 'x'.repeat(63)])('allows %s', (name) => {
    expect(checkName('network', name)).toBe(name);
  });

  it.each([
    '',
    'x'.repeat(64),
    '-web',
    '.web',
    '_web',
    'a/b',
    '../etc',
    'a..b',
    'a b',
    'a\n',
    'wéb',
    'a:b',
    'a%b',
  ])('refuses %j', (name) => {
    expect(() => checkName('network', name)).toThrow(InvalidNameError);
  });

  it('says of what the name is, and cuts a long one short', () => {
    expect(() => checkName('endpoint', 'a b')).toThrow(/^cannot name an endpoint "a b": only letters/);
    expect(() => checkName('network', 'x'.repeat(500))).toThrow(/x{80}…": it has 500 characters, at most 63/);
  });
});

describe('checkIfName', () => {
  it.each(['e', 'eth0', 'br-lan.5', 'wlp3s0@x', 'x'.repeat(15), '$(x)'])('allows %s', (name) => {
    expect(checkIfName(name)).toBe(name);
    expect(fitsIfName(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    '..',
    '-x',
    'a/b',
    'a b',
    'a:b',
    'a\tb',
    'a%d',
    'a"b',
    'a\\b',
    'é',
    'x'.repeat(16),
    'all',
    'default',
    'lo',
  ])('refuses %j', (name) => {
    expect(() => checkIfName(name)).toThrow(InvalidNameError);
    expect(fitsIfName(name)).toBe(false);
  });
});
