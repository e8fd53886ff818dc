/** How bad it is: a `problem` breaks networks, a `warning` does so for some of the traffic, or may before long. */
export type Severity = 'problem' | 'warning';

/** Every code that a finding may bear. They are stable: a program may branch on them. */
export const findingCodes = [
  'AUTOMATIC_PREFIXES_COVERED',
  'BRIDGE_FULL',
  'BRIDGED_FRAMES_FILTERED',
  'CAPABILITIES_MISSING',
  'CONNTRACK_FULL',
  'FILES_LIMIT_LOW',
  'FIREWALL_DROPS_FORWARDED',
  'FIREWALL_DROPS_SOME',
  'FORWARDING_OFF',
  'HOST_ADDRESS_IN_NETWORK',
  'IPV6_DISABLED',
  'KERNEL_FEATURE_MISSING',
  'KERNEL_TOO_OLD',
  'LIBNFTABLES_MISSING',
  'MTU_ABOVE_WAY_OUT',
  'NEIGHBOR_TABLE_OVERFLOWED',
  'NEIGHBOR_TABLE_SMALL',
  'PORT_TAKEN',
  'ROUTER_ADVERTISEMENTS_IGNORED',
  'ROUTE_OVERLAPS',
  'RP_FILTER_STRICT',
  'VPN_DEFAULT_ROUTE',
] as const;

/** One of {@link findingCodes}. */
export type FindingCode = (typeof findingCodes)[number];

/** Something on the host that breaks networks, or would. */
export interface HostFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The thing: `port 8080/tcp`, `table ip filter, chain FORWARD`. */
  readonly subject: string;
  /** What is the case, as a sentence. */
  readonly what: string;
  /** Why it matters, as a sentence. */
  readonly why: string;
  /** What to do, as a sentence. */
  readonly remedy: string;
  /** Command lines for a shell on the host that do it, or show more; none where it takes a decision. */
  readonly commands: readonly string[];
}
