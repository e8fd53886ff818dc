import { randomUUID } from 'node:crypto';
import { GroupCommit, MemoryStore, type Store } from '@tsnet/ipam';
import type { NetnsEntry, NetnsRef } from '@tsnet/netns';
import type { EngineContext } from './context.ts';
import type { Driver, Repair, TrafficReport } from './driver.ts';
import { attemptAll, throwTogether } from './failures.ts';
import type { Host } from './host/host.ts';
import { Inventory } from './inventory.ts';
import type { Operation } from './journal/operation.ts';
import type { Endpoint, EndpointSpec } from './model/endpoint.ts';
import type { Network, NetworkSpec } from './model/network.ts';
import type { PortSpec } from './model/port.ts';
import { connect } from './operations/connect.ts';
import { createNetwork } from './operations/create-network.ts';
import type { CreateOptions } from './operations/create-options.ts';
import { type CreateSandboxOptions, createSandbox } from './operations/create-sandbox.ts';
import { type DeleteNetworkOptions, deleteNetwork } from './operations/delete-network.ts';
import {
  type DisconnectOptions,
  disconnect,
  disconnectSandbox,
  endpointsOfSandbox,
} from './operations/disconnect.ts';
import { pruneNetworks } from './operations/prune-networks.ts';
import { type ChangePortsOptions, publish, unpublish } from './operations/publish.ts';
import { recover } from './operations/recover.ts';
import { type DeleteSandboxOptions, deleteSandbox } from './operations/sandboxes.ts';
import { PendingWork } from './pending-work.ts';
import type { Step, StepObserver } from './plan.ts';
import { plannedIds } from './rehearsal/planned-id.ts';
import { type PlannedStep, plannedStep, type Rehearsal } from './rehearsal/rehearsal.ts';
import { RehearsedDirectory } from './rehearsal/rehearsed-directory.ts';
import { Guard, type GuardOptions } from './repair/guard/guard.ts';
import { type Repaired, reconcile } from './repair/reconcile.ts';
import { restore } from './repair/restore.ts';
import { survey } from './repair/survey.ts';
import { endUnfinished, surveyUnfinished } from './repair/unfinished.ts';

/** What an {@link Engine} works with. The engine closes all of it. */
export interface EngineOptions {
  readonly host: Host;
  readonly store: Store;
  /** The first is the default of networks that name none. */
  readonly drivers: readonly Driver[];
  /** Told of each step that was applied. */
  readonly onStep?: StepObserver;
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
  /** Makes an id of twelve hexadecimal digits that nothing else has; a random one by default. */
  readonly newId?: () => string;
}

/**
 * Networks, endpoints and published ports on one host. Several engines, in one process or many, may work on
 * the same host with the same store.
 *
 * What it reads is the {@link Inventory}. Every method that changes something needs CAP_NET_ADMIN, CAP_NET_RAW and
 * CAP_SYS_ADMIN, stores what it does before it does it, and leaves nothing behind when it throws. Errors
 * are {@link TsnetError}s.
 */
export class Engine extends Inventory implements AsyncDisposable {
  readonly #context: EngineContext;
  readonly #guards = new Set<Guard>();
  #recovered: Promise<void> | undefined;

  /** @param stage - of a rehearsal: see {@link rehearse}. */
  constructor(options: EngineOptions, stage?: Pick<EngineContext, 'sandboxes'>) {
    super(options.store);
    this.#context = {
      sandboxes: options.host.sandboxes,
      ...stage,
      isRehearsal: stage !== undefined,
      host: options.host,
      store: options.store,
      drivers: options.drivers,
      now: options.now ?? Date.now,
      newId: options.newId ?? randomId,
      onStep: options.onStep,
      commits: new GroupCommit(options.store),
      pending: new PendingWork(),
      announcements: new PendingWork(),
    };
  }

  /**
   * Ends what processes that are gone have left half-done, and what failed before and could not be undone: it is whole or
   * gone afterwards. The engine's first change does this by itself, and brings networks back after a reboot; what
   * cannot be ended now is left for the next.
   *
   * @returns what was ended. @throws what went wrong with the rest.
   */
  recover(): Promise<readonly Operation[]> {
    return recover(this.#context);
  }

  /**
   * Finds out what changes would do: `body` gets an engine that refuses what this one would refuse, and returns what it
   * would return, but works on a copy of the records, which `body` gets too, and leaves the kernel alone. What is chosen at random, and ids, will
   * be others. A namespace that `body` makes is there for it alone.
   *
   * ```ts
   * const { steps } = await engine.rehearse((rehearsal) => rehearsal.deleteNetwork('web', { force: true }));
   * for (const { name, subject } of steps) console.log(name, subject);
   * ```
   *
   * @throws what a change throws.
   */
  async rehearse<T>(body: (rehearsal: Engine, records: Store) => Promise<T>): Promise<Rehearsal<T>> {
    const { host, store, drivers, now } = this.#context;
    const steps: PlannedStep[] = [];
    await using copy = await MemoryStore.copyOf(store);
    using sandboxes = new RehearsedDirectory(host.sandboxes, host.procDirectory);
    const onStep = (step: Step) => void steps.push(plannedStep(step));
    const newId = plannedIds();
    const engine = new Engine({ host, store: copy, drivers, now, newId, onStep }, { sandboxes });
    try {
      return { result: await body(engine, copy), steps };
    } finally {
      // Also what nobody waits for is to be told of, and ends before the copy does.
      await engine.settled();
    }
  }

  /** Creates a network. @throws {@link NetworkExistsError}, {@link LinkExistsError}, {@link RouteOverlapError} */
  createNetwork(spec: NetworkSpec, options?: CreateOptions): Promise<Network> {
    return this.#change(() => createNetwork(this.#context, spec, options));
  }

  /** Deletes a network. @throws {@link NetworkNotFoundError}, {@link NetworkInUseError} */
  deleteNetwork(nameOrId: string, options?: DeleteNetworkOptions): Promise<Network> {
    return this.#change(() =>
      this.#context.pending.afterwards(() => deleteNetwork(this.#context, nameOrId, options)),
    );
  }

  /** Deletes every network without endpoints, and returns them. */
  async pruneNetworks(): Promise<readonly Network[]> {
    await this.#context.pending.settled();
    return this.#change(() => pruneNetworks(this.#context));
  }

  /**
   * Compares all that is on record with what the kernel has, and says what would make it so; changes nothing. Operations
   * that were cut short come first. What others are at just now may be among it.
   */
  async survey(): Promise<readonly Repair[]> {
    return [...(await surveyUnfinished(this.#context)), ...(await survey(this.#context))];
  }

  /**
   * Makes the kernel what is on record: what was cut short is ended as {@link recover} does, networks and endpoints that
   * were damaged come back, what nothing wants goes. What does not bear tsnet's mark is not touched, nor what nothing is
   * wrong with.
   *
   * @returns what was found, each with the reason where it could not be put right.
   */
  async reconcile(): Promise<readonly Repaired[]> {
    const ended = await endUnfinished(this.#context);
    return [...ended, ...(await this.#change(() => reconcile(this.#context)))];
  }

  /**
   * Watches the kernel from now on, and notices by itself what {@link survey} would find: what drivers are told of at once,
   * the rest at a look at everything, which comes every minute or so. It takes one thread of Node's pool for each driver and
   * keeps the process alive until it is closed, as the engine's end closes it.
   *
   * @throws what drivers throw that cannot watch.
   */
  guard(options: GuardOptions): AsyncDisposable {
    const guard = Guard.open(this.#context, options, () => this.#change(async () => undefined));
    this.#guards.add(guard);
    return {
      [Symbol.asyncDispose]: () => {
        this.#guards.delete(guard);
        return guard.close();
      },
    };
  }

  /** What has gone over the links of networks and endpoints, also of some that are on no record of this store. */
  async traffic(): Promise<TrafficReport> {
    const reports = this.#context.drivers.map((driver) => driver.traffic());
    return {
      endpoints: new Map(reports.flatMap(({ endpoints }) => [...endpoints])),
      networks: new Map(reports.flatMap(({ networks }) => [...networks])),
    };
  }

  /** Connects a sandbox to a network. @throws {@link NetworkNotFoundError}, {@link NetnsNotFoundError}, {@link EndpointExistsError}, {@link PortTakenError} and those of leasing an address */
  connect(spec: EndpointSpec, options?: CreateOptions): Promise<Endpoint> {
    return this.#change(() => this.#context.pending.afterwards(() => connect(this.#context, spec, options)));
  }

  /** Disconnects an endpoint by id or `network/name`. @throws {@link EndpointNotFoundError} */
  disconnect(endpoint: string, options?: DisconnectOptions): Promise<Endpoint> {
    return this.#change(() => disconnect(this.#context, endpoint, options));
  }

  /** Disconnects a sandbox, living or gone, from a network. @throws {@link EndpointNotFoundError} */
  disconnectSandbox(
    network: string,
    sandbox: NetnsRef,
    options?: DisconnectOptions,
  ): Promise<readonly Endpoint[]> {
    return this.#change(() => disconnectSandbox(this.#context, network, sandbox, options));
  }

  /** The endpoints of a sandbox on all networks. */
  listSandboxEndpoints(sandbox: NetnsRef): Promise<readonly Endpoint[]> {
    return endpointsOfSandbox(this.#context, sandbox);
  }

  /** Every namespace that has a name under the host's directory of them. */
  listSandboxes(): readonly NetnsEntry[] {
    return this.#context.sandboxes.list();
  }

  /** Opens ports of a live endpoint. @throws {@link PortTakenError}, {@link NoFreePortError} */
  publish(endpoint: string, ports: readonly PortSpec[], options?: ChangePortsOptions): Promise<Endpoint> {
    return this.#change(() => publish(this.#context, endpoint, ports, options));
  }

  /** Closes ports of a live endpoint. @throws {@link PublishError} for one that is not published. */
  unpublish(endpoint: string, ports: readonly PortSpec[], options?: ChangePortsOptions): Promise<Endpoint> {
    return this.#change(() => unpublish(this.#context, endpoint, ports, options));
  }

  /** Makes a named namespace. @throws {@link NetnsExistsError} */
  createSandbox(name: string, options?: CreateSandboxOptions): Promise<void> {
    return this.#change(() => createSandbox(this.#context, name, options));
  }

  /**
   * Deletes the name of a namespace and the endpoints that were connected by it; false when it was gone. Their
   * addresses are free when the kernel has forgotten the links, a moment later: see {@link settled}.
   */
  deleteSandbox(name: string, options?: DeleteSandboxOptions): Promise<boolean> {
    return this.#change(() => deleteSandbox(this.#context, name, options));
  }

  /**
   * Waits until what was deleted is forgotten by the kernel and the store, and what was connected is announced
   * to its neighbors. @throws what went wrong with it.
   */
  async settled(): Promise<void> {
    const { pending, announcements } = this.#context;
    throwTogether(
      'what was left to do',
      await attemptAll([() => pending.settled(), () => announcements.settled()]),
    );
  }

  /** Waits as {@link settled} does, then lets go of drivers, store and host, all of them even if some fail. Networks and endpoints stay. */
  async close(): Promise<void> {
    const { drivers, store, host } = this.#context;
    const failures = await attemptAll([
      ...[...this.#guards].map((guard) => () => guard.close()),
      () => this.settled(),
      ...drivers.map((driver) => () => driver.close()),
      () => store.close(),
      () => host.close(),
    ]);
    throwTogether('engine', failures);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Runs a change once what others have left is cleared up. */
  async #change<T>(body: () => Promise<T>): Promise<T> {
    // What cannot be ended is somebody else's failure: it is in the way of what it concerns alone.
    this.#recovered ??= this.#clearUp().catch(noResult);
    await this.#recovered;
    return body();
  }

  async #clearUp(): Promise<void> {
    await recover(this.#context);
    await restore(this.#context);
  }
}

function noResult(): void {}

/** The first digits of a UUID are random, and Node keeps randomness for them at hand. */
function randomId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 12);
}
