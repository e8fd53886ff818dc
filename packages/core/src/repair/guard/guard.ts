import type { EngineContext } from '../../context.ts';
import type { Change, Finding, Repair, SurveyScope, Watch } from '../../driver.ts';
import { attemptAll, throwTogether } from '../../failures.ts';
import { type Repaired, reconcile } from '../reconcile.ts';
import { endUnfinished } from '../unfinished.ts';
import { Allowance } from './allowance.ts';
import { DamageRecursError } from './errors.ts';
import { look } from './look.ts';
import { News } from './news.ts';
import { Rounds } from './rounds.ts';
import { readStandings, type Standing } from './standing.ts';
import { Suspects } from './suspects.ts';

/** What a guard does, and whom it tells. What is told must not throw. */
export interface GuardOptions {
  /** Whether what is found wrong is put right; else it is only told of. */
  readonly repairs: boolean;
  /** Told of what is found wrong, once for as long as it is so. */
  readonly onFound: (findings: readonly Finding[]) => void;
  /** Told what came of putting it right. What failed is tried again, and told of once for as long as it fails in the same way. */
  readonly onRepaired: (outcomes: readonly Repaired[]) => void;
  /** Told what goes wrong with watching and looking, and of {@link DamageRecursError}; the guard goes on. */
  readonly onFailure: (error: unknown) => void;
}

/** Milliseconds in which more of the same may gather. */
const GATHER_MS = 10;
/** Milliseconds until it is asked again whether an operation has ended. */
const BUSY_MS = 40;
/** In the {@link Allowance}, what all networks share. */
const SHARED = 'shared';

/**
 * Notices damage by itself: looks at what drivers tell of, and now and then at everything. What no driver is told of, as
 * settings of the kernel are, is found by the latter.
 */
export class Guard implements AsyncDisposable {
  readonly #context: EngineContext;
  readonly #options: GuardOptions;
  readonly #suspects = new Suspects();
  readonly #allowance = new Allowance();
  readonly #news = new News();
  readonly #failed = new News();
  /** Of operations that were cut short, which are looked for apart. */
  readonly #unfinished = new News();
  readonly #watches: Watch[] = [];
  /** Looks at what was told of. */
  readonly #quick: Rounds;
  /** Looks at everything. */
  readonly #thorough: Rounds;

  readonly #clearUp: () => Promise<void>;
  /** Milliseconds that the last look at everything took. */
  #cost = 0;

  private constructor(context: EngineContext, options: GuardOptions, clearUp: () => Promise<void>) {
    this.#context = context;
    this.#options = options;
    this.#clearUp = clearUp;
    this.#quick = new Rounds(() => this.#lookAtSuspects(), options.onFailure);
    this.#thorough = new Rounds(() => this.#lookAtEverything(), options.onFailure);
  }

  /**
   * Begins to watch, and to look at everything.
   *
   * @param clearUp - is run before anything is put right. @throws what drivers throw that cannot watch.
   */
  static open(context: EngineContext, options: GuardOptions, clearUp: () => Promise<void>): Guard {
    const guard = new Guard(context, options, clearUp);
    try {
      for (const driver of context.drivers) {
        const onChanges = (changes: readonly Change[]) => guard.#take(changes);
        guard.#watches.push(driver.watch({ onChanges, onFailure: options.onFailure }));
      }
    } catch (error) {
      guard.close().catch(options.onFailure);
      throw error;
    }
    guard.#thorough.begin(0);
    return guard;
  }

  /** Ends the watch, after what is being put right; once or often. Nothing is told any more. */
  async close(): Promise<void> {
    const failures = await attemptAll([
      () => this.#quick.end(),
      () => this.#thorough.end(),
      ...this.#watches.map((watch) => () => watch.close()),
    ]);
    throwTogether('guard', failures);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(changes: readonly Change[]): void {
    for (const change of changes) this.#suspects.add(change);
    // Where more is lost than can be looked at, it is looked at now and then.
    if (this.#suspects.takeEverything()) this.#thorough.begin(Math.max(GATHER_MS, 5 * this.#cost));
    if (!this.#suspects.isEmpty) this.#quick.begin(GATHER_MS);
  }

  /** @returns after how many milliseconds to look again; undefined where there is no need. */
  async #lookAtSuspects(): Promise<number | undefined> {
    const start = performance.now();
    const isDue = (key: string) => this.#allowance.waitFor(key, start) === 0;
    const due = this.#suspects.owners.filter(isDue);
    const standings = await readStandings(this.#context, due);
    // What was told of before the records were read takes back what was told of changes that have ended since.
    for (const watch of this.#watches) watch.read();
    const owners = new Set<string>();
    for (const owner of due) {
      const standing = standings.get(owner)?.is;
      if (standing === 'busy' || !this.#suspects.has(owner)) continue;
      this.#suspects.take(owner);
      if (standing === 'ready') owners.add(owner);
    }
    const shared = this.#suspects.shared && isDue(SHARED);
    if (shared) this.#suspects.takeShared();
    if (owners.size > 0 || shared) await this.#lookAt({ owners, shared }, standings);
    if (this.#suspects.isEmpty) return undefined;
    const waits = [...this.#suspects.owners, ...(this.#suspects.shared ? [SHARED] : [])].map((key) => {
      const wait = this.#allowance.waitFor(key, performance.now());
      return wait > 0 || standings.get(key)?.is !== 'busy' ? wait : BUSY_MS;
    });
    // At most half of the time goes into looking.
    return Math.max(GATHER_MS, performance.now() - start, Math.min(...waits));
  }

  async #lookAt(scope: SurveyScope, standings: ReadonlyMap<string, Standing>): Promise<void> {
    const found = await look(this.#context, { scope }, standings);
    await this.#deal(scope, found);
    for (const key of [...scope.owners, ...(scope.shared ? [SHARED] : [])]) {
      const isDamaged =
        key === SHARED
          ? found.some(({ owner }) => !isIn(scope, owner))
          : found.some(({ owner }) => owner === key);
      if (this.#allowance.spend(key, performance.now(), isDamaged)) {
        this.#options.onFailure(new DamageRecursError(key === SHARED ? undefined : key));
      }
    }
  }

  /** @returns after how many milliseconds to look again. */
  async #lookAtEverything(): Promise<number> {
    const start = performance.now();
    try {
      if (this.#options.repairs) {
        await this.#clearUp();
        this.#tellRepaired(undefined, await endUnfinished(this.#context), this.#unfinished);
      }
      const found = await look(this.#context, { givesWay: true }, new Map());
      await this.#deal(undefined, found);
      this.#allowance.forget(performance.now());
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#cost = performance.now() - start;
    return Math.max(THOROUGH_MS, this.#cost / THOROUGH_SHARE);
  }

  async #deal(scope: SurveyScope | undefined, found: readonly Repair[]): Promise<void> {
    const fresh = this.#news.sift(scope, found);
    if (fresh.length > 0)
      this.#options.onFound(fresh.map(({ subject, problem, owner }) => ({ subject, problem, owner })));
    if (!this.#options.repairs || found.length === 0) return;
    await this.#clearUp();
    // What no record tells of may be what another store has made: taking that away is for somebody to decide.
    const options = { scope, found, givesWay: scope === undefined, removesStrangers: false };
    const outcomes = await reconcile(this.#context, options);
    this.#tellRepaired(scope, outcomes);
  }

  /** @param failures - what was told of the failures of outcomes of that sort. */
  #tellRepaired(
    scope: SurveyScope | undefined,
    outcomes: readonly Repaired[],
    failures: News = this.#failed,
  ): void {
    const done = outcomes.filter(({ failure }) => failure === undefined);
    for (const outcome of done) {
      this.#news.forget(outcome);
      failures.forget(outcome);
    }
    const failed = outcomes.filter(({ failure }) => failure !== undefined);
    const fresh = failures.sift(
      scope,
      failed.map((outcome) => ({ ...outcome, owner: undefined, outcome })),
    );
    const told = [...done, ...fresh.map(({ outcome }) => outcome)];
    if (told.length > 0) this.#options.onRepaired(told);
  }
}

/** Milliseconds between two looks at everything, if they take little. */
const THOROUGH_MS = 60_000;
/** The part of a processor that they may take. */
const THOROUGH_SHARE = 0.002;

function isIn({ owners }: SurveyScope, owner: string | undefined): boolean {
  return owner !== undefined && owners.has(owner);
}
