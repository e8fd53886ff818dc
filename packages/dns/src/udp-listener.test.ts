import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { IpAddress, IpPrefix } from '@tsnet/inet';
import { openLinux } from '@tsnet/linux';
import { decode } from 'dns-packet';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeQuery } from '../test/messages.ts';
import { openDnsServer } from './server.ts';
import { Zone } from './zone/zone.ts';

/** Below the ports that the kernel chooses from. */
const port = 20_253;
const server = '127.0.0.1';
const prefixes = [IpPrefix.parse('127.0.0.0/8')];
const zone = Zone.empty({ domain: 'demo.test', prefixes }).with({
  id: '1',
  names: ['web'],
  addresses: [IpAddress.parse('10.1.0.2')],
});

it('answers whoever asks properly, whatever others send, and responses never', async () => {
  const addresses = [IpAddress.parse(server)];
  using _ = openDnsServer({ linux: openLinux(), addresses, port, zone, clients: prefixes });
  const [hostile, client] = [createSocket('udp4'), createSocket('udp4')];
  let answered = 0;
  hostile.on('message', (answer) => {
    // What it is told leads to no answer either.
    hostile.send(answer, port, server);
    answered++;
  });
  const good = encodeQuery('web.demo.test', 'A', 1232);
  const spoilt = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 })
    .map((changes) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const any = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes));
  for (const packets of fc.sample(fc.array(fc.oneof(spoilt, any), { minLength: 50, maxLength: 50 }), 60)) {
    for (const packet of packets) hostile.send(packet, port, server);
    client.send(good, port, server);
    const [answer] = (await once(client, 'message', { signal: AbortSignal.timeout(5000) })) as [Buffer];
    expect(decode(answer).answers).toEqual([expect.objectContaining({ data: '10.1.0.2' })]);
  }
  expect(answered).toBeGreaterThan(0);
  expect(answered).toBeLessThanOrEqual(3000);
  hostile.close();
  client.close();
});
