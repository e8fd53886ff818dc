import { Transaction } from '@tsnet/nftables';
import { everySet, TABLE } from './sets.ts';

/**
 * The chain that the administrator's own rules go into. It is made with the table, and never emptied: while it holds a
 * rule, it outlives the last network.
 */
export const ADMIN_CHAIN = 'admin_forward';

/** The chain that networks jump to: it is there while the table is whole. */
export const NETWORK_CHAIN = 'to_network';

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
 * A packet that is led to a sandbox never meets the host's input hook. Where the host's firewall is to decide about a
 * port, the first packet of a client is therefore left to go there, to its last place: what has come through all that
 * the host filters by is remembered and dropped, and led to the sandbox when the client sends it again.
 *
 * @param verb - `create` fails when the rules are there; `add` fills what is there, and was emptied before.
 */
export function ruleset(verb: 'create' | 'add' = 'create'): string {
  return `
add table inet ${TABLE}
${verb} chain inet ${TABLE} ${NETWORK_CHAIN}
add chain inet ${TABLE} ${ADMIN_CHAIN}

${declarations()}
${allowedSet('4', 'ipv4_addr')}
${allowedSet('6', 'ipv6_addr')}

add chain inet ${TABLE} to_port
add rule inet ${TABLE} to_port dnat ip to meta l4proto . th dport map @ports4
add rule inet ${TABLE} to_port dnat ip to ip daddr . meta l4proto . th dport map @host_ports4
add rule inet ${TABLE} to_port dnat ip to ip daddr . meta l4proto . th dport map @port_ranges4
add rule inet ${TABLE} to_port dnat ip6 to meta l4proto . th dport map @ports6
add rule inet ${TABLE} to_port dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_ports6
add rule inet ${TABLE} to_port dnat ip6 to ip6 daddr . meta l4proto . th dport map @port_ranges6

add chain inet ${TABLE} from_outside { type nat hook prerouting priority dstnat; policy accept; }
add rule inet ${TABLE} from_outside ip daddr 127.0.0.0/8 accept
${unlessAllowed('ip', '4')}
${unlessAllowed('ip6', '6')}
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

add chain inet ${TABLE} allow_by_host { type filter hook input priority 500; policy accept; }
add rule inet ${TABLE} allow_by_host iifname lo accept
${allowed('ip', '4')}
${allowed('ip6', '6')}

add rule inet ${TABLE} to_network ct state established,related accept
add rule inet ${TABLE} to_network ct status dnat accept
add rule inet ${TABLE} to_network drop

add chain inet ${TABLE} forward { type filter hook forward priority filter; policy accept; }
add rule inet ${TABLE} forward jump ${ADMIN_CHAIN}
add rule inet ${TABLE} forward iifname . oifname @pairs accept
add rule inet ${TABLE} forward iifname @internal drop
add rule inet ${TABLE} forward oifname vmap @networks

add chain inet ${TABLE} segment_size { type filter hook forward priority mangle; policy accept; }
add rule inet ${TABLE} segment_size iifname @bridges tcp flags syn / syn,rst tcp option maxseg size set rt mtu
add rule inet ${TABLE} segment_size oifname @bridges tcp flags syn / syn,rst tcp option maxseg size set rt mtu
`;
}

/** Seconds for which the host's firewall is not asked again about a client. */
const ALLOWED_SECONDS = 300;
const MOST_ALLOWED = 65_536;

/** Which clients the host's firewall has let through to which ports; filled by packets alone. */
function allowedSet(digit: string, address: string): string {
  const type = `${address} . ${address} . inet_proto . inet_service`;
  return (
    `add set inet ${TABLE} host_allows${digit} { type ${type}; flags dynamic,timeout; ` +
    `timeout ${ALLOWED_SECONDS}s; size ${MOST_ALLOWED}; }`
  );
}

function unlessAllowed(family: 'ip' | 'ip6', digit: string): string {
  const { asked, client } = matches(family, digit);
  return `add rule inet ${TABLE} from_outside ${asked} ${client} != @host_allows${digit} accept`;
}

function allowed(family: 'ip' | 'ip6', digit: string): string {
  const { asked, client } = matches(family, digit);
  return `add rule inet ${TABLE} allow_by_host ct state new ${asked} update @host_allows${digit} { ${client} } drop`;
}

function matches(family: 'ip' | 'ip6', digit: string): { readonly asked: string; readonly client: string } {
  const port = `${family} daddr . meta l4proto . th dport`;
  return {
    asked: `meta l4proto { tcp, udp } ${port} @host_decides${digit}`,
    client: `${family} saddr . ${port}`,
  };
}

/** How many rules each chain of tsnet's is made with, by its name; the administrator's may hold any. */
export function ruleCounts(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, what, chain = ''] of ruleset().matchAll(/^(?:add|create) (chain|rule) inet \S+ (\S+)/gm)) {
    if (chain !== ADMIN_CHAIN) counts.set(chain, (counts.get(chain) ?? 0) + Number(what === 'rule'));
  }
  return counts;
}

function declarations(): string {
  const transaction = new Transaction();
  for (const { spec, ...set } of everySet) {
    if ('data' in spec) transaction.addMap(set, spec);
    else transaction.addSet(set, spec);
  }
  return transaction.lines.join('\n');
}
