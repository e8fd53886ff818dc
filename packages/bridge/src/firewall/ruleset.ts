/** The name of the one table that holds all of tsnet's rules. */
export const TABLE = 'tsnet';

/**
 * The table as it is made once on a host. Networks and ports are elements of its sets and maps: what a
 * packet costs does not grow with them, and no rule is ever added.
 *
 * - `bridges`: every network's bridge. `networks`: the same, as jumps; while it holds one, the chain that
 *   it jumps to cannot be deleted, and so neither can the table.
 * - `pairs`: bridges whose sandboxes may reach each other. `subnets*`: every bridge with its prefixes.
 * - `masqueraded`, `internal`: bridges of such networks.
 * - `ports*`: host port to address and port; `host_ports*`: the same for one address of the host;
 *   `port_ranges*`: ranges that keep their port numbers.
 *
 * A sandbox that reaches another of its network through a published port is known by its address, not by the
 * bridge that it came in by: where bridged packets pass the firewall (br_netfilter), they come in by no link.
 * A port on 127.0.0.1 is for the host alone: a neighbor may send packets for that address as well.
 * At ::1 no port leads anywhere: the kernel has no route_localnet for IPv6, and a refusal at once is better
 * for those who try `localhost` than silence.
 *
 * It begins with `create`, which fails when the table is there.
 */
export const ruleset = `
create table inet ${TABLE}

add set inet ${TABLE} bridges { type ifname; }
add set inet ${TABLE} internal { type ifname; }
add set inet ${TABLE} masqueraded { type ifname; }
add set inet ${TABLE} pairs { type ifname . ifname; }
add set inet ${TABLE} subnets4 { type ifname . ipv4_addr; flags interval; }
add set inet ${TABLE} subnets6 { type ifname . ipv6_addr; flags interval; }
add map inet ${TABLE} networks { type ifname : verdict; }

add map inet ${TABLE} ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
add map inet ${TABLE} ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
add map inet ${TABLE} host_ports4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
add map inet ${TABLE} host_ports6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
add map inet ${TABLE} port_ranges4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr; flags interval; }
add map inet ${TABLE} port_ranges6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr; flags interval; }

add chain inet ${TABLE} to_port
add rule inet ${TABLE} to_port dnat ip to meta l4proto . th dport map @ports4
add rule inet ${TABLE} to_port dnat ip to ip daddr . meta l4proto . th dport map @host_ports4
add rule inet ${TABLE} to_port dnat ip to ip daddr . meta l4proto . th dport map @port_ranges4
add rule inet ${TABLE} to_port dnat ip6 to meta l4proto . th dport map @ports6
add rule inet ${TABLE} to_port dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_ports6
add rule inet ${TABLE} to_port dnat ip6 to ip6 daddr . meta l4proto . th dport map @port_ranges6

add chain inet ${TABLE} from_outside { type nat hook prerouting priority dstnat; policy accept; }
add rule inet ${TABLE} from_outside ip daddr 127.0.0.0/8 accept
add rule inet ${TABLE} from_outside meta l4proto { tcp, udp } fib daddr type local jump to_port

add chain inet ${TABLE} from_host { type nat hook output priority -100; policy accept; }
add rule inet ${TABLE} from_host ip6 daddr ::1 accept
add rule inet ${TABLE} from_host meta l4proto { tcp, udp } fib daddr type local jump to_port

add chain inet ${TABLE} source { type nat hook postrouting priority srcnat; policy accept; }
add rule inet ${TABLE} source oifname . ip saddr @subnets4 ct status dnat masquerade
add rule inet ${TABLE} source oifname . ip6 saddr @subnets6 ct status dnat masquerade
add rule inet ${TABLE} source iifname @masqueraded oifname != @bridges masquerade
add rule inet ${TABLE} source oifname @bridges ip saddr 127.0.0.0/8 masquerade

add chain inet ${TABLE} loopback_guard { type filter hook prerouting priority raw; policy accept; }
add rule inet ${TABLE} loopback_guard iifname @bridges ip daddr 127.0.0.0/8 drop

add chain inet ${TABLE} to_network
add rule inet ${TABLE} to_network ct state established,related accept
add rule inet ${TABLE} to_network ct status dnat accept
add rule inet ${TABLE} to_network drop

add chain inet ${TABLE} forward { type filter hook forward priority filter; policy accept; }
add rule inet ${TABLE} forward iifname . oifname @pairs accept
add rule inet ${TABLE} forward iifname @internal drop
add rule inet ${TABLE} forward oifname vmap @networks

add chain inet ${TABLE} segment_size { type filter hook forward priority mangle; policy accept; }
add rule inet ${TABLE} segment_size iifname @bridges tcp flags syn / syn,rst tcp option maxseg size set rt mtu
add rule inet ${TABLE} segment_size oifname @bridges tcp flags syn / syn,rst tcp option maxseg size set rt mtu
`;

/** Deletes the table if no network is left in it; refused with EBUSY while one is. */
export const deleteUnusedTable = `
flush chain inet ${TABLE} to_network
delete chain inet ${TABLE} to_network
delete table inet ${TABLE}
`;
