import type { NftMapSpec, NftSet, NftSetSpec, NftType } from '@tsnet/nftables';

/** The name of the one table that holds all of tsnet's rules. */
export const TABLE = 'tsnet';

/** That table. */
export const table = { family: 'inet', table: TABLE } as const;

/**
 * Its sets and maps, which networks and ports are elements of.
 *
 * - `bridges`: every network's bridge. `networks`: the same, as jumps; while it holds one, the chain that
 *   it jumps to cannot be deleted, and so neither can the table.
 * - `pairs`: bridges whose sandboxes may reach each other. `subnets*`: every bridge with its prefixes.
 * - `masqueraded`, `internal`: bridges of such networks.
 * - `ports*`: host port to address and port; `host_ports*`: the same for one address of the host;
 *   `port_ranges*`: ranges that keep their port numbers.
 * - `host_decides*`: host ports that the host's own firewall decides about.
 */
export const sets = {
  bridges: set('bridges', { key: ['ifname'] }),
  internal: set('internal', { key: ['ifname'] }),
  masqueraded: set('masqueraded', { key: ['ifname'] }),
  pairs: set('pairs', { key: ['ifname', 'ifname'] }),
  networks: set('networks', { key: ['ifname'], data: ['verdict'] }),
  ipv4: familySets('4', 'ipv4_addr'),
  ipv6: familySets('6', 'ipv6_addr'),
} as const;

/** All of them, as a flat list. */
export const everySet: readonly DeclaredSet<NftSetSpec | NftMapSpec>[] = [
  sets.bridges,
  sets.internal,
  sets.masqueraded,
  sets.pairs,
  sets.networks,
  ...Object.values(sets.ipv4),
  ...Object.values(sets.ipv6),
];

/** Sets that packets fill: which clients the host's firewall has let through. */
export const allowedSets = ['host_allows4', 'host_allows6'] as const;

/** A set or map of the table, with what it is made as. */
type DeclaredSet<Spec> = NftSet & { readonly spec: Spec };

function set<Spec extends NftSetSpec | NftMapSpec>(name: string, spec: Spec): DeclaredSet<Spec> {
  return { ...table, set: name, spec };
}

function familySets(digit: '4' | '6', address: NftType) {
  const target = [address, 'inet_service'] as const;
  return {
    subnets: set(`subnets${digit}`, { key: ['ifname', address], interval: true }),
    ports: set(`ports${digit}`, { key: ['inet_proto', 'inet_service'], data: target }),
    hostPorts: set(`host_ports${digit}`, { key: [address, 'inet_proto', 'inet_service'], data: target }),
    portRanges: set(`port_ranges${digit}`, {
      key: [address, 'inet_proto', 'inet_service'],
      data: [address],
      interval: true,
    }),
    hostDecides: set(`host_decides${digit}`, {
      key: [address, 'inet_proto', 'inet_service'],
      interval: true,
    }),
  };
}
