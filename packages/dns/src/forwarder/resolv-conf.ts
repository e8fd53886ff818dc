import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** As many as the resolver of libc asks (resolv.conf(5), MAXNS). */
const MOST_SERVERS = 3;

/** The addresses of the name servers in the text of a resolv.conf(5); a link may follow an IPv6 address: `fe80::1%eth0`. */
export function parseNameServers(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .filter((address) => address !== undefined && isIP(address) !== 0)
    .slice(0, MOST_SERVERS)
    .map(String);
}

/** The name servers of a resolv.conf(5) that may change, or be put in place later. */
export class NameServersFile {
  readonly #path: string;
  #servers: readonly string[] = [];
  #version = '';
  #lookAgainAt = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What the file says. Programs replace it, or what a link in its place leads to, in ways that no one watch sees: so it
   * is looked at when somebody asks, at most once a second.
   *
   * @param now - in milliseconds, on any clock that only goes on.
   */
  read(now: number): readonly string[] {
    if (now < this.#lookAgainAt) return this.#servers;
    this.#lookAgainAt = now + 1000;
    try {
      const stat = statSync(this.#path, { bigint: true });
      const version = `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
      if (version === this.#version) return this.#servers;
      this.#servers = parseNameServers(readFileSync(this.#path, 'utf8'));
      this.#version = version;
    } catch {
      // It may come back; until then nobody is named.
      this.#servers = [];
      this.#version = '';
    }
    return this.#servers;
  }
}
