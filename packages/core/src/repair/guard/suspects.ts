import type { Change } from '../../driver.ts';

/** What may be damaged, by what drivers have told. */
export class Suspects {
  /** What is not well, part by part. */
  readonly #parts = new Map<string, Set<string>>();
  #shared = false;
  #everything = false;

  /** Takes in what a driver tells. */
  add(change: Change): void {
    if (change.what === 'everything') this.#everything = true;
    else if (change.what === 'shared') this.#shared = true;
    else if (change.isWell) this.#clear(change.id, change.part);
    else this.#partsOf(change.id).add(change.part);
  }

  get isEmpty(): boolean {
    return this.#parts.size === 0 && !this.#shared;
  }

  /** Ids of networks and endpoints. */
  get owners(): readonly string[] {
    return [...this.#parts.keys()];
  }

  get shared(): boolean {
    return this.#shared;
  }

  has(owner: string): boolean {
    return this.#parts.has(owner);
  }

  /** It is looked at, or not to be. */
  take(owner: string): void {
    this.#parts.delete(owner);
  }

  /** As {@link take}, what all networks share. */
  takeShared(): void {
    this.#shared = false;
  }

  /** Whether everything is to be looked at, which it is taken to be from now on. */
  takeEverything(): boolean {
    const everything = this.#everything;
    this.#everything = false;
    return everything;
  }

  #partsOf(owner: string): Set<string> {
    const parts = this.#parts.get(owner) ?? new Set();
    this.#parts.set(owner, parts);
    return parts;
  }

  #clear(owner: string, part: string): void {
    const parts = this.#parts.get(owner);
    parts?.delete(part);
    if (parts?.size === 0) this.#parts.delete(owner);
  }
}
