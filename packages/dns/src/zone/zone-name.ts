import type { AddressFamily, IpAddress } from '@tsnet/inet';
import { RecordSet } from '../wire/record-set.ts';

/** What there is under one name of a zone. Immutable; what it has once encoded, it keeps. */
export class ZoneName {
  /** The addresses of each endpoint that has the name, by the id of the endpoint. */
  readonly #members: ReadonlyMap<string, readonly IpAddress[]>;
  /** How many names lie below: as long as there are some, this one exists, even with nothing under itself. */
  readonly #below: number;
  readonly #encoded = new Map<AddressFamily, RecordSet | undefined>();

  private constructor(members: ReadonlyMap<string, readonly IpAddress[]>, below: number) {
    this.#members = members;
    this.#below = below;
  }

  /** A name that nothing has and nothing lies below. */
  static readonly unused: ZoneName = new ZoneName(new Map(), 0);

  get isUsed(): boolean {
    return this.#members.size > 0 || this.#below > 0;
  }

  /** The same name with an endpoint's addresses; without the endpoint if they are undefined. */
  withMember(id: string, addresses: readonly IpAddress[] | undefined): ZoneName {
    const members = new Map(this.#members);
    if (addresses === undefined) members.delete(id);
    else members.set(id, addresses);
    return new ZoneName(members, this.#below);
  }

  /** The same name with one more name below, or one less. */
  withBelow(change: 1 | -1): ZoneName {
    return new ZoneName(this.#members, this.#below + change);
  }

  /** The addresses of a family as records; undefined where there are none. */
  records(family: AddressFamily, ttl: number): RecordSet | undefined {
    if (!this.#encoded.has(family)) this.#encoded.set(family, this.#encode(family, ttl));
    return this.#encoded.get(family);
  }

  #encode(family: AddressFamily, ttl: number): RecordSet | undefined {
    const addresses = [...this.#members.values()].flat().filter((address) => address.family === family);
    const type = family === 'ipv4' ? 'A' : 'AAAA';
    if (addresses.length === 0) return undefined;
    return RecordSet.ofQuestion(
      addresses.map((address) => ({ type, name: '.', ttl, data: String(address) })),
    );
  }
}
