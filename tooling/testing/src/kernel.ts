import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** What a kernel test may need of the machine, each with the command that succeeds only where it is there. */
const probes = {
  netns: ['unshare', '--net', 'true'],
  nftables: ['unshare', '--net', 'nft', 'list', 'tables'],
  bridge: ['unshare', '--net', 'ip', 'link', 'add', 'probe', 'type', 'bridge'],
  veth: ['unshare', '--net', 'ip', 'link', 'add', 'probe', 'type', 'veth'],
  conntrack: ['unshare', '--net', 'conntrack', '-C'],
  iptables: ['unshare', '--net', 'sh', '-ec', 'iptables-nft -P FORWARD DROP; ip6tables-nft -P FORWARD DROP'],
  'iptables-legacy': [
    'unshare',
    ...['--net', 'sh', '-ec', 'iptables-legacy -P FORWARD DROP; ip6tables-legacy -P FORWARD DROP'],
  ],
  tcpdump: ['tcpdump', '--version'],
  strace: ['strace', '-V'],
  systemd: ['systemd-analyze', '--version'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** A capability of the machine that a kernel test can name. */
export type Capability = keyof typeof probes;

/** Those of `needs` that this machine lacks. Each is probed in a namespace that ends with the probe. */
export function missingCapabilities(needs: readonly Capability[]): Capability[] {
  return needs.filter((need) => {
    const [command, ...rest] = probes[need];
    return spawnSync(command, rest, { stdio: 'ignore' }).status !== 0;
  });
}

/**
 * `describe` for tests that touch the kernel. Where a needed capability is missing, the tests are reported as
 * skipped, under a title that names it.
 *
 * ```ts
 * describeKernel('LinkService', { needs: ['netns', 'veth'] }, () => {
 *   it('creates a veth pair', ...);
 * });
 * ```
 */
export function describeKernel(
  title: string,
  options: { readonly needs: readonly Capability[] },
  suite: () => void,
): void {
  const missing = missingCapabilities(options.needs);
  if (missing.length === 0) describe(title, suite);
  else describe.skip(`${title} (this machine lacks: ${missing.join(', ')})`, suite);
}
