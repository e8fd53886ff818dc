import type { TestHost } from './test-host.ts';
import { runProgram } from './tsnet.ts';

/** The address of the test host on the link to the outside, and that of the outside. */
export const hostAddresses = { ipv4: '203.0.113.1', ipv6: '2001:db8:1::1' } as const;
export const outsideAddresses = { ipv4: '203.0.113.2', ipv6: '2001:db8:1::2' } as const;

/** Joins another namespace to a test host, by a link from which the host is reached as from a network outside. */
export async function addOutside(host: TestHost): Promise<string> {
  const outside = `host-out-${host.netns.slice(5)}`;
  const ip = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await runProgram('ip', args);
    if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  };
  await ip('netns', 'add', outside);
  await ip(
    '-n',
    host.netns,
    'link',
    'add',
    'uplink',
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    outside,
  );
  for (const [netns, link, addresses] of [
    [host.netns, 'uplink', hostAddresses],
    [outside, 'eth0', outsideAddresses],
  ] as const) {
    await ip('-n', netns, 'address', 'add', `${addresses.ipv4}/24`, 'dev', link);
    await ip('-n', netns, 'address', 'add', `${addresses.ipv6}/64`, 'dev', link, 'nodad');
    await ip('-n', netns, 'link', 'set', 'lo', 'up');
    await ip('-n', netns, 'link', 'set', link, 'up');
  }
  return outside;
}
