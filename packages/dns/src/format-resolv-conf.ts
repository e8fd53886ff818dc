/** As many as the resolver of libc asks (resolv.conf(5), MAXNS). */
const MOST_SERVERS = 3;

/** What the programs of a sandbox are told of name servers. */
export interface ResolvConf {
  /** Addresses, those that are asked first in front. */
  readonly servers: readonly string[];
  /** Domains in which a name without one is looked for. */
  readonly domains: readonly string[];
}

/** The text of a resolv.conf(5). */
export function formatResolvConf({ servers, domains }: ResolvConf): string {
  const lines = servers.slice(0, MOST_SERVERS).map((server) => `nameserver ${server}\n`);
  return `${domains.length === 0 ? '' : `search ${domains.join(' ')}\n`}${lines.join('')}`;
}
