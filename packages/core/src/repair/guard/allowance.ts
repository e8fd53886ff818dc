/** How many looks one thing is worth in a row. */
const BURST = 8;
/** After how many milliseconds it is worth one more. */
const REFILL_MS = 2_000;

interface Account {
  looks: number;
  since: number;
  /** Whether it was told of that there was nothing left. */
  isTold: boolean;
}

/** How often each thing is looked at: a few times at once, then now and then, until it has been left alone for a while. */
export class Allowance {
  readonly #accounts = new Map<string, Account>();

  /** Milliseconds until a thing may be looked at. @param now - milliseconds of a clock that goes forward. */
  waitFor(key: string, now: number): number {
    const account = this.#refilled(key, now);
    return account === undefined || account.looks >= 1 ? 0 : Math.ceil((1 - account.looks) * REFILL_MS);
  }

  /**
   * Takes a look off, at what something was wrong with or not; true where that was the last for now because of damage, for
   * the first time since it was left alone.
   */
  spend(key: string, now: number, isDamaged: boolean): boolean {
    const account = this.#refilled(key, now) ?? { looks: BURST, since: now, isTold: false };
    account.looks = Math.max(0, account.looks - 1);
    this.#accounts.set(key, account);
    const isLast = isDamaged && account.looks < 1 && !account.isTold;
    if (isLast) account.isTold = true;
    return isLast;
  }

  /** Forgets things that have been left alone long enough. */
  forget(now: number): void {
    for (const key of this.#accounts.keys()) this.#refilled(key, now);
  }

  #refilled(key: string, now: number): Account | undefined {
    const account = this.#accounts.get(key);
    if (account === undefined) return undefined;
    account.looks += (now - account.since) / REFILL_MS;
    account.since = now;
    if (account.looks < BURST) return account;
    this.#accounts.delete(key);
    return undefined;
  }
}
