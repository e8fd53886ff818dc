import { describe, expect, it } from 'vitest';
import { parsePortSpec } from './port.ts';
import { formatReach, reachOf } from './reach.ts';

const machines = 'also from other machines';

describe('the reach of a port', () => {
  it.each([
    ['8080:80', 'everywhere', 'every address of this host, ', machines],
    ['0.0.0.0:8080:80', 'everywhere', 'every IPv4 address of this host, ', machines],
    ['[::]:8080:80', 'everywhere', 'every IPv6 address of this host, ', machines],
    ['192.0.2.1:8080:80', 'address', '192.0.2.1, ', machines],
    ['127.0.0.1:8080:80', 'host', '127.0.0.1, from this host only', ''],
    ['[::1]:8080:80', 'host', '::1, from this host only', ''],
  ])('of %s is %s', (spec, reach, where, others) => {
    const port = parsePortSpec(spec);
    const open = reachOf(port, {});
    expect(open).toMatchObject({ reach, hostFirewallDecides: false });
    expect(formatReach(open)).toBe(`${where}${others}`);
    const asked = reachOf(port, { respectHostFirewall: true });
    expect(asked).toMatchObject({ reach, hostFirewallDecides: others !== '' });
    expect(formatReach(asked)).toBe(`${where}${others === '' ? '' : `${others} that its firewall lets in`}`);
  });
});
