import type { IpAddress, IpPrefix } from '@tsnet/inet';
import { InvalidNameError } from '../errors.ts';
import { longestName, type NameKey, nameKey, parentOf, relativeTo, rootKey } from '../wire/name-key.ts';
import { RecordSet } from '../wire/record-set.ts';
import { addressOfReverseName, reverseName } from './reverse-name.ts';
import { ShardedMap } from './sharded-map.ts';
import { ZoneName } from './zone-name.ts';

/** What a zone is about. */
export interface ZoneSpec {
  /** The search domain of the network, in which all its names lie: `demo.tsnet.internal`. */
  readonly domain: string;
  /** A domain of which nothing is known but `domain`, and which nobody else knows either: `tsnet.internal`. */
  readonly siblings?: string | undefined;
  /** The prefixes of the network: of addresses in them, nobody else knows the names. */
  readonly prefixes: readonly IpPrefix[];
  /** For how many seconds clients may keep an answer. Default 0, so that none keeps what is gone. */
  readonly ttl?: number | undefined;
}

/** An endpoint as its names show it. */
export interface ZoneEndpoint {
  /** Tells it from the others of the zone. */
  readonly id: string;
  /** Its own name first, then aliases, which others may have too: one or more labels each, without the domain. */
  readonly names: readonly string[];
  readonly addresses: readonly IpAddress[];
}

/** Where a name lies, seen from a zone. */
export type Place =
  /** It is one of the zone's own, whether or not there is anything under it. */
  | { readonly in: 'zone'; readonly found: ZoneName | undefined; readonly isApex: boolean }
  /** It asks for the name of an address of the network. */
  | { readonly in: 'reverse'; readonly found: RecordSet | undefined }
  /** It belongs to a sibling of the zone. */
  | { readonly in: 'sibling' }
  | { readonly in: 'elsewhere'; readonly isSingleLabel: boolean };

/** All the names of a network: an immutable value. A change gives another zone, and costs the same whatever the size. */
export class Zone {
  readonly domain: string;
  readonly ttl: number;
  readonly #spec: ZoneSpec;
  readonly #domainKey: NameKey;
  readonly #siblings: NameKey | undefined;
  readonly #endpoints: ShardedMap<ZoneEndpoint>;
  readonly #names: ShardedMap<ZoneName>;
  readonly #reverse: ShardedMap<RecordSet>;
  readonly #serial: number;
  #soa: RecordSet | undefined;

  private constructor(
    spec: ZoneSpec,
    serial: number,
    endpoints: ShardedMap<ZoneEndpoint>,
    names: ShardedMap<ZoneName>,
    reverse: ShardedMap<RecordSet>,
  ) {
    this.#spec = spec;
    this.domain = spec.domain.toLowerCase();
    this.ttl = spec.ttl ?? 0;
    this.#domainKey = nameKey(spec.domain);
    this.#siblings = spec.siblings === undefined ? undefined : nameKey(spec.siblings);
    this.#serial = serial;
    this.#endpoints = endpoints;
    this.#names = names;
    this.#reverse = reverse;
  }

  /**
   * A zone with no endpoints.
   *
   * @throws {@link InvalidNameError}
   */
  static empty(spec: ZoneSpec): Zone {
    return new Zone(spec, 1, ShardedMap.empty(), ShardedMap.empty(), ShardedMap.empty());
  }

  /**
   * The same zone with an endpoint, in place of an earlier one of the same id.
   *
   * @throws {@link InvalidNameError}
   */
  with(endpoint: ZoneEndpoint): Zone {
    const keys = keysOf(this.#domainKey, endpoint);
    const { domain } = this;
    const [name] = endpoint.names;
    const before = this.without(endpoint.id);
    let names = before.#names;
    for (const key of keys) names = change(names, key, endpoint.id, endpoint.addresses);
    let reverse = before.#reverse;
    if (name !== undefined) {
      const data = `${name}.${domain}`.toLowerCase();
      const pointer = RecordSet.ofQuestion([{ type: 'PTR', name: '.', ttl: this.ttl, data }]);
      for (const address of endpoint.addresses) reverse = reverse.with(reverseName(address), pointer);
    }
    return this.#next(before.#endpoints.with(endpoint.id, endpoint), names, reverse);
  }

  /** The same zone without an endpoint; itself if there is none of that id. */
  without(id: string): Zone {
    const endpoint = this.#endpoints.get(id);
    if (endpoint === undefined) return this;
    let names = this.#names;
    for (const key of keysOf(this.#domainKey, endpoint)) names = change(names, key, id, undefined);
    let reverse = this.#reverse;
    for (const address of endpoint.addresses) reverse = reverse.with(reverseName(address), undefined);
    return this.#next(this.#endpoints.with(id, undefined), names, reverse);
  }

  /** Where a name lies. A name of the zone is found with the domain and without it. */
  place(name: NameKey): Place {
    const relative = relativeTo(this.#domainKey, name);
    if (relative === rootKey) return { in: 'zone', found: undefined, isApex: true };
    if (relative !== undefined) return { in: 'zone', found: this.#names.get(relative), isApex: false };
    const found = this.#names.get(name);
    if (found !== undefined) return { in: 'zone', found, isApex: false };
    if (this.#siblings !== undefined && relativeTo(this.#siblings, name) !== undefined)
      return { in: 'sibling' };
    const address = addressOfReverseName(name);
    if (address !== undefined && this.#spec.prefixes.some((prefix) => prefix.contains(address))) {
      return { in: 'reverse', found: this.#reverse.get(name) };
    }
    return { in: 'elsewhere', isSingleLabel: name !== rootKey && parentOf(name) === rootKey };
  }

  /** The SOA record, which says that there is nothing of a kind, and for how long clients may believe it. */
  get soa(): RecordSet {
    this.#soa ??= RecordSet.of({
      type: 'SOA',
      name: this.domain,
      ttl: this.ttl,
      data: {
        mname: this.domain,
        rname: `hostmaster.${this.domain}`,
        serial: this.#serial,
        refresh: 3600,
        retry: 600,
        expire: 86400,
        minimum: this.ttl,
      },
    });
    return this.#soa;
  }

  #next(
    endpoints: ShardedMap<ZoneEndpoint>,
    names: ShardedMap<ZoneName>,
    reverse: ShardedMap<RecordSet>,
  ): Zone {
    return new Zone(this.#spec, (this.#serial + 1) >>> 0, endpoints, names, reverse);
  }
}

/** The names of an endpoint, each once, relative to the domain. With the domain they must not be too long. */
function keysOf(domain: NameKey, { names }: ZoneEndpoint): ReadonlySet<NameKey> {
  return new Set(
    names.map((name) => {
      const key = nameKey(name);
      if (key.length - rootKey.length + domain.length > longestName) {
        throw new InvalidNameError(name, 'with its domain it has more than 253 characters');
      }
      return key;
    }),
  );
}

/** Adds an endpoint to a name, or takes it away, and keeps count of names at the names above. */
function change(
  names: ShardedMap<ZoneName>,
  key: NameKey,
  id: string,
  addresses: readonly IpAddress[] | undefined,
): ShardedMap<ZoneName> {
  const set = (at: NameKey, name: ZoneName) => {
    changed = changed.with(at, name.isUsed ? name : undefined);
  };
  let changed = names;
  set(key, (changed.get(key) ?? ZoneName.unused).withMember(id, addresses));
  for (let above = parentOf(key); above !== undefined && above !== rootKey; above = parentOf(above)) {
    set(above, (changed.get(above) ?? ZoneName.unused).withBelow(addresses === undefined ? -1 : 1));
  }
  return changed;
}
