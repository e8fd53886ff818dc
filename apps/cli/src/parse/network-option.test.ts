import { describe, expect, it } from 'vitest';
import { parseNetworkOption, parseNetworkOptions } from './network-option.ts';

describe('parseNetworkOption', () => {
  it('reads a network alone', () => {
    expect(parseNetworkOption('web')).toEqual({ network: 'web', endpoint: {} });
  });

  it('reads settings, with addresses of both families', () => {
    expect(parseNetworkOption('web:ip=10.1.0.7,mac=02:00:00:00:00:07,ip=fd00::7,ifname=lan0')).toEqual({
      network: 'web',
      endpoint: { ip: ['10.1.0.7', 'fd00::7'], mac: '02:00:00:00:00:07', ifname: 'lan0' },
    });
  });

  it.each([
    '',
    ':ip=10.1.0.7',
    'web:',
    'web:ip=',
    'web:10.1.0.7',
    'web:name=x',
    'web:mac=a,mac=b',
    'web:ip=1,,',
  ])('refuses %j', (text) => {
    expect(() => parseNetworkOption(text)).toThrow(/^cannot read --network /);
  });
});

describe('parseNetworkOptions', () => {
  it('reads all in their order', () => {
    expect(parseNetworkOptions(['web', 'db']).map(({ network }) => network)).toEqual(['web', 'db']);
  });

  it('refuses a network that is given twice', () => {
    expect(() => parseNetworkOptions(['web', 'db', 'web:ifname=lan0'])).toThrow(
      /network web is given twice$/,
    );
  });
});
