import { IpAddress } from '@tsnet/inet';
import { describe, expect, it } from 'vitest';
import { facts, network } from '../../test/facts.ts';
import { checkPorts } from './check-ports.ts';

function taken(
  spec: string,
  address: string,
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): readonly string[] {
  const sockets = [{ protocol, address: IpAddress.parse(address), port, owner: 'nginx (process 71)' }];
  const networks = [network({}, { endpoints: 1, ports: [spec] })];
  return checkPorts(facts({ networks, sockets })).map(({ subject }) => subject);
}

describe('checkPorts', () => {
  it('names port, process and endpoint', () => {
    const sockets = [
      { protocol: 'tcp', address: IpAddress.parse('0.0.0.0'), port: 8080, owner: 'nginx (process 71)' },
    ] as const;
    const networks = [network({}, { endpoints: 1, ports: ['8080:80'] })];
    expect(checkPorts(facts({ networks, sockets }))).toMatchObject([
      {
        code: 'PORT_TAKEN',
        severity: 'problem',
        subject: 'port 8080/tcp',
        what: 'nginx (process 71) listens on it, and it is published for endpoint app0 of network web.',
      },
    ]);
  });

  it.each([
    ['8080:80', '127.0.0.1', 8080, ['port 8080/tcp']],
    ['8080:80', '::', 8080, ['port 8080/tcp']],
    ['8080-8089:80-89', '0.0.0.0', 8085, ['port 8085/tcp']],
    ['192.0.2.10:8080:80', '0.0.0.0', 8080, ['port 8080/tcp']],
    ['192.0.2.10:8080:80', '127.0.0.1', 8080, []],
    ['8080:80', '::1', 8080, []],
    ['8080:80', 'fd00::5', 8080, []],
    ['8080:80', '0.0.0.0', 8081, []],
    ['8080:80/udp', '0.0.0.0', 8080, []],
  ])('%s and a listener on %s port %i: %j', (spec, address, port, expected) => {
    expect(taken(spec, address, port)).toEqual(expected);
  });
});
