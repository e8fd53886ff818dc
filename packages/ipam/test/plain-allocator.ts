import { IpAddress, type IpRange } from '@tsnet/inet';
import { leasableOffsets, type PoolSpec } from '../src/pool/pool.ts';

/** One step of a random history; addresses are offsets from the first of the prefix. */
export type Step =
  | {
      readonly do: 'lease';
      readonly owner: string;
      readonly offset?: number | undefined;
      readonly preferred?: number | undefined;
      readonly key?: string | undefined;
      readonly ttl?: number | undefined;
    }
  | {
      readonly do: 'lease-many';
      readonly owner: string;
      readonly count: number;
      readonly key?: string | undefined;
      readonly ttl?: number | undefined;
    }
  | {
      readonly do: 'renew';
      readonly owner: string;
      readonly offset: number;
      readonly ttl?: number | undefined;
    }
  | { readonly do: 'release'; readonly owner: string; readonly offset: number }
  | { readonly do: 'release-owner'; readonly owner: string }
  | { readonly do: 'reserve'; readonly owner?: string | undefined; readonly offset: number }
  | { readonly do: 'unreserve'; readonly offset: number }
  | { readonly do: 'wait'; readonly milliseconds: number };

interface Held {
  readonly owner: string;
  readonly key: string | undefined;
  readonly expiresAt: number | undefined;
}

interface Book {
  readonly leases: Map<number, Held>;
  readonly reservations: Map<number, string | undefined>;
  readonly resting: Map<number, number>;
  cursor: number;
  now: number;
}

class Refusal extends Error {}

/**
 * The plainest allocator that follows the rules: maps, sorting, and walks over every address. A step that
 * is refused changes nothing.
 */
export class PlainAllocator {
  readonly capacity: number;
  readonly #size: number;
  readonly #leasable: ReadonlySet<number>;
  readonly #dynamic: readonly number[];
  readonly #lowestFirst: boolean;
  readonly #reuseDelay: number;
  book: Book = { leases: new Map(), reservations: new Map(), resting: new Map(), cursor: -1, now: 0 };

  constructor({ prefix, range = prefix.range, exclude = [], gateway, order, reuseDelay = 0 }: PoolSpec) {
    this.#size = Number(prefix.size);
    const [lowest, highest] = leasableOffsets(prefix);
    const address = (offset: number) => prefix.at(BigInt(offset));
    const gaps = [...exclude, ...(gateway ? [gateway] : [])];
    const leasable = Array.from({ length: this.#size }, (_, offset) => offset).filter(
      (offset) => offset >= lowest && offset <= highest && !gaps.some((gap) => covers(gap, address(offset))),
    );
    this.#leasable = new Set(leasable);
    this.#dynamic = leasable.filter((offset) => range.contains(address(offset)));
    this.#lowestFirst = order === 'lowest-first';
    this.#reuseDelay = reuseDelay;
    this.capacity = this.#dynamic.length;
  }

  apply(step: Step): string {
    const before = structuredClone(this.book);
    try {
      return this.#do(step);
    } catch (error) {
      this.book = before;
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }

  /** As it is when all that is due has been dealt with; the book stays as it is. */
  get usage(): Record<string, bigint> {
    const before = structuredClone(this.book);
    this.#settle(Number.POSITIVE_INFINITY);
    const { leases, reservations, resting } = this.book;
    this.book = before;
    const used = this.#dynamic.filter((offset) => leases.has(offset)).length;
    const reserved = this.#dynamic.filter((offset) => reservations.has(offset) && !leases.has(offset)).length;
    return {
      capacity: BigInt(this.capacity),
      used: BigInt(used),
      reserved: BigInt(reserved),
      resting: BigInt(resting.size),
      free: BigInt(this.capacity - used - reserved - resting.size),
      outside: BigInt(leases.size - used),
    };
  }

  #do(step: Step): string {
    const { book } = this;
    switch (step.do) {
      case 'wait':
        book.now += step.milliseconds;
        return 'waited';
      case 'lease':
        return this.#lease(step);
      case 'lease-many':
        return this.#leaseMany(step);
      case 'renew':
        return this.#renew(step);
      case 'release':
        return this.#release(step);
      case 'release-owner': {
        const all = [...book.leases]
          .filter(([, { owner }]) => owner === step.owner)
          .sort(([a], [b]) => a - b);
        const live = all.filter(([, held]) => !this.#isOver(held));
        for (const [offset, held] of all) this.#end(offset, this.#isOver(held) ? held.expiresAt : book.now);
        return live.map(([offset]) => offset).join();
      }
      case 'reserve':
        return this.#reserve(step.offset, step.owner);
      case 'unreserve':
        return this.#unreserve(step.offset);
    }
  }

  #lease({ owner, offset, preferred, key, ttl }: Extract<Step, { do: 'lease' }>): string {
    const { book } = this;
    const [earlier, ...others] = this.#underKey(owner, key);
    if (earlier !== undefined) {
      if (others.length > 0 || (offset !== undefined && offset !== earlier))
        refuse('IPAM_LEASE_KEY_CONFLICT');
      return `${earlier}`;
    }
    this.#makeRoom(1);
    let chosen = offset;
    if (chosen !== undefined) this.#mustBeLeasable(chosen);
    else if (preferred !== undefined) {
      this.#mustBeLeasable(preferred);
      this.#endIfOver(preferred);
      const kept = book.reservations.has(preferred) && book.reservations.get(preferred) !== owner;
      if (!book.leases.has(preferred) && !kept) chosen = preferred;
    }
    chosen ??= [...book.reservations]
      .filter(([at, who]) => who === owner && !this.#isHeld(at))
      .map(([at]) => at)
      .sort((a, b) => a - b)[0];
    if (chosen === undefined) return this.#next(1, owner, key, ttl);
    this.#endIfOver(chosen);
    if (book.leases.has(chosen)) refuse('IPAM_ADDRESS_TAKEN');
    if (book.reservations.has(chosen) && book.reservations.get(chosen) !== owner) {
      refuse('IPAM_RESERVATION_HELD_BY_OTHER');
    }
    this.#hold(chosen, owner, key, ttl);
    return `${chosen}`;
  }

  #leaseMany({ owner, count, key, ttl }: Extract<Step, { do: 'lease-many' }>): string {
    const earlier = this.#underKey(owner, key);
    if (earlier.length > 0) {
      if (earlier.length !== count) refuse('IPAM_LEASE_KEY_CONFLICT');
      return earlier.join();
    }
    this.#makeRoom(count);
    return this.#next(count, owner, key, ttl);
  }

  #next(count: number, owner: string, key: string | undefined, ttl: number | undefined): string {
    const { book } = this;
    const taken = (at: number) => book.leases.has(at) || book.reservations.has(at) || book.resting.has(at);
    const free = this.#dynamic.filter((at) => !taken(at));
    const start = this.#lowestFirst ? -1 : book.cursor;
    const round = [...free.filter((at) => at > start), ...free.filter((at) => at <= start)];
    const rested = [...book.resting].sort(([a, x], [b, y]) => x - y || a - b).map(([at]) => at);
    const fresh = round.slice(0, count);
    const chosen = [...fresh, ...rested].slice(0, count);
    if (chosen.length < count) refuse('IPAM_POOL_EXHAUSTED');
    book.cursor = fresh.at(-1) ?? book.cursor;
    for (const at of chosen) this.#hold(at, owner, key, ttl);
    return chosen.join();
  }

  #renew({ owner, offset, ttl }: Extract<Step, { do: 'renew' }>): string {
    const { book } = this;
    this.#mustBeInside(offset);
    const held = book.leases.get(offset);
    if (!held || this.#isOver(held)) return refuse('IPAM_LEASE_NOT_FOUND');
    if (held.owner !== owner) refuse('IPAM_LEASE_HELD_BY_OTHER');
    const expiresAt = ttl === undefined ? undefined : book.now + ttl;
    book.leases.set(offset, { ...held, expiresAt });
    return `${expiresAt}`;
  }

  #release({ owner, offset }: Extract<Step, { do: 'release' }>): string {
    this.#mustBeInside(offset);
    this.#settle(4);
    this.#endIfOver(offset);
    const held = this.book.leases.get(offset);
    if (!held) return 'false';
    if (held.owner !== owner) refuse('IPAM_LEASE_HELD_BY_OTHER');
    this.#end(offset, this.book.now);
    return 'true';
  }

  #reserve(offset: number, owner: string | undefined): string {
    const { leases, reservations, resting } = this.book;
    this.#mustBeLeasable(offset);
    this.#endIfOver(offset);
    if (reservations.has(offset) && reservations.get(offset) !== owner)
      refuse('IPAM_RESERVATION_HELD_BY_OTHER');
    const held = leases.get(offset);
    if (held && held.owner !== owner) refuse('IPAM_ADDRESS_TAKEN');
    reservations.set(offset, owner);
    resting.delete(offset);
    return `${offset}`;
  }

  #unreserve(offset: number): string {
    const { leases, reservations, now } = this.book;
    this.#mustBeInside(offset);
    if (!reservations.delete(offset)) return 'false';
    if (!leases.has(offset)) this.#rest(offset, now);
    return 'true';
  }

  #underKey(owner: string, key: string | undefined): readonly number[] {
    if (key === undefined) return [];
    const mine = [...this.book.leases].filter(([, held]) => held.owner === owner && held.key === key);
    for (const [offset] of mine) this.#endIfOver(offset);
    return mine
      .map(([offset]) => offset)
      .filter((offset) => this.book.leases.has(offset))
      .sort((a, b) => a - b);
  }

  #makeRoom(count: number): void {
    this.#settle(4);
    const { leases, reservations } = this.book;
    const kept = () => this.#dynamic.filter((at) => leases.has(at) || reservations.has(at)).length;
    for (let most = Math.max(count, 64); this.capacity - kept() < count; most *= 2) {
      if (this.#settle(most) === 0) return;
    }
  }

  /** Ends leases and rests whose time has come, the oldest few of each. */
  #settle(most: number): number {
    const { leases, resting, now } = this.book;
    const over = [...leases]
      .filter(([, held]) => this.#isOver(held))
      .sort(([a, x], [b, y]) => (x.expiresAt ?? 0) - (y.expiresAt ?? 0) || a - b)
      .slice(0, most);
    for (const [offset, { expiresAt }] of over) this.#end(offset, expiresAt);
    const rested = [...resting]
      .filter(([, until]) => until <= now)
      .sort(([a, x], [b, y]) => x - y || a - b)
      .slice(0, most);
    for (const [offset] of rested) resting.delete(offset);
    return over.length;
  }

  #hold(offset: number, owner: string, key: string | undefined, ttl: number | undefined): void {
    const { leases, resting, now } = this.book;
    resting.delete(offset);
    leases.set(offset, { owner, key, expiresAt: ttl === undefined ? undefined : now + ttl });
  }

  #end(offset: number, endedAt = 0): void {
    const { leases, reservations } = this.book;
    leases.delete(offset);
    if (!reservations.has(offset)) this.#rest(offset, endedAt);
  }

  #rest(offset: number, from: number): void {
    if (this.#reuseDelay === 0 || !this.#dynamic.includes(offset)) return;
    this.book.resting.set(offset, from + this.#reuseDelay);
  }

  /** The leases that have not ended. */
  get standing(): ReadonlyMap<number, Held> {
    return new Map([...this.book.leases].filter(([, held]) => !this.#isOver(held)));
  }

  #endIfOver(offset: number): void {
    const held = this.book.leases.get(offset);
    if (held && this.#isOver(held)) this.#end(offset, held.expiresAt);
  }

  #isHeld(offset: number): boolean {
    const held = this.book.leases.get(offset);
    return held !== undefined && !this.#isOver(held);
  }

  #isOver({ expiresAt }: Held): boolean {
    return expiresAt !== undefined && expiresAt <= this.book.now;
  }

  #mustBeInside(offset: number): void {
    if (offset >= this.#size) refuse('IPAM_ADDRESS_OUTSIDE_POOL');
  }

  #mustBeLeasable(offset: number): void {
    this.#mustBeInside(offset);
    if (!this.#leasable.has(offset)) refuse('IPAM_ADDRESS_RESERVED');
  }
}

function refuse(code: string): never {
  throw new Refusal(code);
}

function covers(block: NonNullable<PoolSpec['exclude']>[number], address: IpAddress): boolean {
  return block instanceof IpAddress ? block.equals(address) : (block as IpRange).contains(address);
}
