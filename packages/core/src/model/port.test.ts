import { IpAddress } from '@tsnet/inet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPortSpecError } from '../errors.ts';
import { formatPortSpec, listeningFamilies, type PortSpec, parsePortSpec, samePorts } from './port.ts';

const address = (text: string) => IpAddress.parse(text);

const valid: readonly (readonly [string, PortSpec])[] = [
  ['8080:80', { protocol: 'tcp', hostPort: 8080, port: 80, count: 1 }],
  ['8080:80/tcp', { protocol: 'tcp', hostPort: 8080, port: 80, count: 1 }],
  ['53:53/udp', { protocol: 'udp', hostPort: 53, port: 53, count: 1 }],
  ['80', { protocol: 'tcp', hostPort: 0, port: 80, count: 1 }],
  ['80/udp', { protocol: 'udp', hostPort: 0, port: 80, count: 1 }],
  ['0:80', { protocol: 'tcp', hostPort: 0, port: 80, count: 1 }],
  [':80', { protocol: 'tcp', hostPort: 0, port: 80, count: 1 }],
  ['80-89', { protocol: 'tcp', hostPort: 0, port: 80, count: 10 }],
  ['0:80-89', { protocol: 'tcp', hostPort: 0, port: 80, count: 10 }],
  ['8000-8009:80-89', { protocol: 'tcp', hostPort: 8000, port: 80, count: 10 }],
  ['1-65535:1-65535/udp', { protocol: 'udp', hostPort: 1, port: 1, count: 65_535 }],
  [
    '127.0.0.1:8080:80',
    { protocol: 'tcp', hostAddress: address('127.0.0.1'), hostPort: 8080, port: 80, count: 1 },
  ],
  ['127.0.0.1::80', { protocol: 'tcp', hostAddress: address('127.0.0.1'), hostPort: 0, port: 80, count: 1 }],
  ['0.0.0.0:1:2', { protocol: 'tcp', hostAddress: address('0.0.0.0'), hostPort: 1, port: 2, count: 1 }],
  [
    '[2001:db8::1]:8080-8081:80-81/udp',
    { protocol: 'udp', hostAddress: address('2001:db8::1'), hostPort: 8080, port: 80, count: 2 },
  ],
  ['[::]::80', { protocol: 'tcp', hostAddress: address('::'), hostPort: 0, port: 80, count: 1 }],
];

const invalid = [
  '',
  ':',
  '::',
  '/tcp',
  '80/',
  '80/sctp',
  '80/TCP',
  '80/tcp/udp',
  '70000',
  '70000:80',
  '80:70000',
  '80:0',
  '0',
  '80 -j ACCEPT',
  '80; reboot',
  '8080:80 ',
  ' 8080:80',
  '8080:80\n',
  '-1:80',
  '+80:80',
  '8e1:80',
  '0x50:80',
  '1.5:80',
  '80-79:80-79',
  '80-:80',
  '-80:80',
  '80-81:80',
  '80:80-81',
  '80-90:80-89',
  '0-5:80-85',
  '80--81:80-81',
  'localhost:80:80',
  'eth0:80:80',
  '256.0.0.1:80:80',
  '1.2.3:80:80',
  '::1:80:80',
  '[::1]',
  '[::1]:80',
  '[::1:80:80',
  '::1]:80:80',
  '[]:80:80',
  '[127.0.0.1]:80:80',
  '[fe80::1%eth0]:80:80',
  '[::1]]:80:80',
  '1:2:3:4',
  '127.0.0.1:80:80:80',
];

describe('parsePortSpec', () => {
  it.each(valid)('reads %s', (text, spec) => {
    expect(parsePortSpec(text)).toEqual(spec);
  });

  it.each(invalid)('refuses %j and says how it is written', (text) => {
    let failure: unknown;
    try {
      parsePortSpec(text);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(InvalidPortSpecError);
    expect(failure).toMatchObject({ kind: 'invalid', hint: expect.stringContaining('hostPort') });
  });

  it('says what is wrong', () => {
    expect(() => parsePortSpec('70000:80')).toThrow('port 70000 is above 65535');
    expect(() => parsePortSpec('80-90:80-89')).toThrow('11 host ports cannot lead to 10 ports');
    expect(() => parsePortSpec('80 -j ACCEPT')).toThrow('"80 -j ACCEPT" is neither a port nor a range');
  });

  it('takes any text without failing in another way', () => {
    const characters = fc.constantFrom(...'0123456789:.-[]/ tcpudf%');
    const texts = fc.oneof(
      fc.string(),
      fc.array(characters, { maxLength: 24 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { port, count, hostPort } = parsePortSpec(text);
          expect(port).toBeGreaterThanOrEqual(1);
          expect(Math.max(port, hostPort) + count - 1).toBeLessThanOrEqual(65_535);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidPortSpecError);
        }
      }),
    );
  });
});

const specs: fc.Arbitrary<PortSpec> = fc
  .record({
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    hostAddress: fc.option(
      fc.oneof(
        fc.ipV4().map((text) => IpAddress.parse(text)),
        fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => IpAddress.of('ipv6', value)),
      ),
      { nil: undefined },
    ),
    count: fc.integer({ min: 1, max: 300 }),
    hostPort: fc.integer({ min: 0, max: 65_000 }),
    port: fc.integer({ min: 1, max: 65_000 }),
  })
  .map(({ hostAddress, ...spec }) => (hostAddress === undefined ? spec : { ...spec, hostAddress }));

describe('formatPortSpec', () => {
  it('writes what is read back as the same', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(parsePortSpec(formatPortSpec(spec))).toEqual(spec);
      }),
    );
  });

  it('writes one text for the same ports', () => {
    expect(formatPortSpec(parsePortSpec('[2001:DB8:0::1]:80-81:90-91'))).toBe(
      '[2001:db8::1]:80-81:90-91/tcp',
    );
    expect(formatPortSpec(parsePortSpec('80'))).toBe('0:80/tcp');
    expect(samePorts(parsePortSpec('8080:80'), parsePortSpec('8080:80/tcp'))).toBe(true);
    expect(samePorts(parsePortSpec('8080:80'), parsePortSpec('8080:80/udp'))).toBe(false);
  });
});

describe('listeningFamilies', () => {
  it('is every family of the endpoint, or that of the host address', () => {
    const both = ['ipv4', 'ipv6'] as const;
    expect(listeningFamilies(parsePortSpec('80:80'), both)).toEqual(both);
    expect(listeningFamilies(parsePortSpec('80:80'), ['ipv4'])).toEqual(['ipv4']);
    expect(listeningFamilies(parsePortSpec('[::]:80:80'), both)).toEqual(['ipv6']);
    expect(listeningFamilies(parsePortSpec('[::]:80:80'), ['ipv4'])).toEqual([]);
  });
});
