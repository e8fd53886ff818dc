/** What a machine is set up for. Each profile has all that the ones before it have. */
export const profiles = /** @type {const} */ (['start', 'test', 'bench']);

/** @typedef {typeof profiles[number]} Profile */

/**
 * @typedef {object} SystemPackage
 * @property {string} name the Debian package
 * @property {string} program a file that it brings: proof that it is there, on systems without Debian's package list
 * @property {string} reason
 */

/** Every Debian package that this repository uses, by the profile that needs it first. */
/** @type {Readonly<Record<Profile, readonly SystemPackage[]>>} */
export const systemPackages = {
  start: [
    {
      name: 'nftables',
      program: '/usr/sbin/nft',
      reason: 'libnftables, which the firewall is written through',
    },
    {
      name: 'iproute2',
      program: '/usr/bin/ip',
      reason: 'brings loopback up in a private host, shows what the kernel has',
    },
    { name: 'iputils-ping', program: '/usr/bin/ping', reason: 'shows that two sandboxes reach each other' },
    {
      name: 'curl',
      program: '/usr/bin/curl',
      reason: 'asks a published port as any client does',
    },
  ],
  test: [
    {
      name: 'bind9-dnsutils',
      program: '/usr/bin/dig',
      reason: 'asks name servers as any client does',
    },
    { name: 'conntrack', program: '/usr/sbin/conntrack', reason: 'a second opinion on connection tracking' },
    {
      name: 'iptables',
      program: '/usr/sbin/iptables',
      reason: 'the firewall of others that networks have to pass',
    },
    { name: 'openssl', program: '/usr/bin/openssl', reason: 'makes certificates for tests of TLS' },
    {
      name: 'strace',
      program: '/usr/bin/strace',
      reason: 'captures netlink bytes, counts system calls and processes',
    },
    {
      name: 'systemd',
      program: '/usr/bin/systemd-analyze',
      reason: 'reads the units that are shipped; none is started',
    },
    {
      name: 'tcpdump',
      program: '/usr/bin/tcpdump',
      reason: 'shows what is on the wire, and what must not be',
    },
  ],
  bench: [
    {
      name: 'containernetworking-plugins',
      program: '/usr/lib/cni/bridge',
      reason: 'what the benchmarks compare with',
    },
    {
      name: 'docker.io',
      program: '/usr/sbin/dockerd',
      reason: 'what the benchmarks compare the daemon with; they run one of their own',
    },
    {
      name: 'busybox-static',
      program: '/bin/busybox',
      reason: 'all that is in the container which that one connects',
    },
  ],
};

/**
 * The packages of a profile and of those before it.
 *
 * @param {Profile} profile
 * @returns {SystemPackage[]}
 */
export function packagesFor(profile) {
  return profiles.slice(0, profiles.indexOf(profile) + 1).flatMap((name) => systemPackages[name]);
}
