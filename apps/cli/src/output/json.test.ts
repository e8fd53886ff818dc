import { IpAddress } from '@tsnet/inet';
import { describe, expect, it } from 'vitest';
import { formatJson } from './json.ts';

describe('formatJson', () => {
  it('writes a bigint as a number where no digit is lost, else as a string', () => {
    expect(formatJson({ small: 254n, last: 9007199254740991n, large: 9007199254740992n })).toBe(
      '{"small":254,"last":9007199254740991,"large":"9007199254740992"}',
    );
  });

  it('writes addresses as text', () => {
    expect(formatJson([IpAddress.parse('fd00::1')])).toBe('["fd00::1"]');
  });
});
