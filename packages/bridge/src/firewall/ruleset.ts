import { Transaction } from '@tsnet/nftables';
import { everySet, TABLE } from './sets.ts';

/**
 * The table as it is made once on a host: what a packet costs does not grow with networks and ports, and no rule
 * is ever added.
 *
 * A sandbox that reaches another of its network through a published port is known by its address, not by the
 * bridge that it came in by: where bridged packets pass the firewall (br_netfilter), they come in by no link.
 * A port on 127.0.0.1 is for the host alone: a neighbor may send packets for that address as well.
 * At ::1 no port leads anywhere: the kernel has no route_localnet for IPv6, and a refusal at once is better
 * for those who try `localhost` than silence.
 *
 * It begins with `create`, which fails when the table is there.
 */
export function ruleset(): string {
  return `
create table inet ${TABLE}

${declarations()}

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
}

/** How many rules each chain is made with, by its name. */
export function ruleCounts(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, what, chain = ''] of ruleset().matchAll(/^add (chain|rule) inet \S+ (\S+)/gm)) {
    counts.set(chain, (counts.get(chain) ?? 0) + Number(what === 'rule'));
  }
  return counts;
}

/** Deletes the table if no network is left in it; refused with EBUSY while one is. */
export const deleteUnusedTable = `
flush chain inet ${TABLE} to_network
delete chain inet ${TABLE} to_network
delete table inet ${TABLE}
`;

function declarations(): string {
  const transaction = new Transaction();
  for (const { spec, ...set } of everySet) {
    if ('data' in spec) transaction.addMap(set, spec);
    else transaction.addSet(set, spec);
  }
  return transaction.lines.join('\n');
}
