import { expect, it } from 'vitest';
import { formatResolvConf } from './format-resolv-conf.ts';
import { parseNameServers } from './forwarder/resolv-conf.ts';

it('names as many servers as are asked, and the domains', () => {
  const servers = ['10.1.0.1', 'fd01::1', '10.2.0.1', 'fd02::1'];
  const text = formatResolvConf({ servers, domains: ['a.test', 'b.test'] });
  expect(text).toBe('search a.test b.test\nnameserver 10.1.0.1\nnameserver fd01::1\nnameserver 10.2.0.1\n');
  expect(parseNameServers(text)).toEqual(servers.slice(0, 3));
  expect(formatResolvConf({ servers: ['::1'], domains: [] })).toBe('nameserver ::1\n');
});
