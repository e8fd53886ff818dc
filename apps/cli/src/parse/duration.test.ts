import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('reads %s', (text, expected) => {
    expect(parseDuration('--ttl', text)).toBe(expected);
  });

  it.each(['', '10', 'm', '-1s', '1.5h', '10 m', '10M', '1e3s', '365001d'])('refuses %j', (text) => {
    expect(() => parseDuration('--ttl', text)).toThrow(/^cannot read --ttl /);
  });
});

describe('formatDuration', () => {
  it.each(['1500ms', '30s', '10m', '36h', '7d'])('writes %s as it is read', (text) => {
    expect(formatDuration(parseDuration('--ttl', text))).toBe(text);
  });
});
