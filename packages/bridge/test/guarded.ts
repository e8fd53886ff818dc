import { setTimeout } from 'node:timers/promises';
import type { Driver, Finding, GuardOptions, Repaired, WatchOptions } from '@tsnet/core';
import { World, type WorldOptions } from './world.ts';

/** A world whose engine is guarded: what the guard says, and how often the driver is made to look. */
export class GuardedWorld extends World {
  readonly surveys: { readonly isOfAll: boolean }[];
  readonly found: Finding[] = [];
  readonly repaired: Repaired[] = [];
  readonly failures: unknown[] = [];
  readonly #listeners: readonly WatchOptions[];
  #guard: AsyncDisposable | undefined;

  constructor(options: Pick<WorldOptions, 'store'> = {}) {
    const surveys: { readonly isOfAll: boolean }[] = [];
    const listeners: WatchOptions[] = [];
    super({ ...options, wrap: (driver) => counting(driver, surveys, listeners) });
    this.surveys = surveys;
    this.#listeners = listeners;
  }

  /** Begins to guard, and waits until everything was looked at once. */
  async guard(options: Pick<GuardOptions, 'repairs'>): Promise<void> {
    this.#guard = this.engine.guard({
      ...options,
      onFound: (findings) => this.found.push(...findings),
      onRepaired: (outcomes) => this.repaired.push(...outcomes),
      onFailure: (error) => this.failures.push(error),
    });
    const count = this.surveys.length;
    while (this.surveys.length === count) await setTimeout(5);
    await setTimeout(50);
  }

  /** Tells the guard that messages of the kernel were lost. */
  loseMessages(): void {
    for (const { onChanges } of this.#listeners) onChanges([{ what: 'everything' }]);
  }

  /** Ends the guard. */
  async unguard(): Promise<void> {
    await this.#guard?.[Symbol.asyncDispose]();
  }

  /** Forgets what was said. */
  forgetAll(): void {
    for (const said of [this.surveys, this.found, this.repaired, this.failures]) said.splice(0);
  }

  /** How long it takes until something is repaired that was not before, in milliseconds. */
  async timeToRepair(damage: () => void, isRepaired: () => boolean): Promise<number> {
    damage();
    const start = performance.now();
    while (!isRepaired()) {
      if (performance.now() - start > 10_000) throw new Error(`nothing was repaired: ${this.failures}`);
      await setTimeout(1);
    }
    return performance.now() - start;
  }
}

function counting(
  driver: Driver,
  surveys: { readonly isOfAll: boolean }[],
  listeners: WatchOptions[],
): Driver {
  return new Proxy(driver, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) => {
        if (name === 'survey') surveys.push({ isOfAll: args[1] === undefined });
        if (name === 'watch') listeners.push(args[0] as WatchOptions);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
