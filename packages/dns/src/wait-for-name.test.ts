import { IpAddress, IpPrefix } from '@tsnet/inet';
import { openLinux } from '@tsnet/linux';
import { expect, it } from 'vitest';
import { openDnsServer } from './server.ts';
import { waitForName } from './wait-for-name.ts';
import { Zone } from './zone/zone.ts';

/** Below the ports that the kernel chooses from. */
const port = 20_153;
const server = '127.0.0.1';
const name = 'web.demo.test';
const prefixes = [IpPrefix.parse('127.0.0.0/8')];
const zone = Zone.empty({ domain: 'demo.test', prefixes });
const known = zone.with({ id: '1', names: ['web'], addresses: [IpAddress.parse('10.1.0.2')] });

function serve(from: Zone) {
  const addresses = [IpAddress.parse(server)];
  return openDnsServer({ linux: openLinux(), addresses, port, zone: from, clients: prefixes });
}

it('returns at once where nobody listens, and where others answer', async () => {
  const start = performance.now();
  expect(await waitForName({ server, name, port, patienceMs: 60_000 })).toBe(false);
  using _ = serve(known);
  expect(await waitForName({ server, name: 'www.example.com', port, patienceMs: 60_000 })).toBe(false);
  expect(await waitForName({ server, name, port, patienceMs: 60_000 })).toBe(true);
  expect(performance.now() - start).toBeLessThan(5000);
});

it('waits for a name that comes later, and not for ever', async () => {
  using late = serve(zone);
  setTimeout(() => late.setZone(known), 100);
  const start = performance.now();
  expect(await waitForName({ server, name, port, patienceMs: 60_000 })).toBe(true);
  expect(performance.now() - start).toBeGreaterThan(90);
  expect(await waitForName({ server, name: 'nobody.demo.test', port, patienceMs: 50 })).toBe(true);
});
