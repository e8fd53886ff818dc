import type { EndpointSpec } from '@tsnet/core';
import { choosesPort, connectOrder, hasGivenPort, type Placement } from './connect-order.ts';
import type { Change, EndpointChange, NetworkChange, Plan } from './plan.ts';
import type { Task } from './run-tasks.ts';

/** What carries out the parts of a plan. */
export interface Hands {
  createNetwork(change: Extract<NetworkChange, { readonly spec: unknown }>): Promise<void>;
  removeNetwork(change: Extract<NetworkChange, { readonly current: unknown }>): Promise<void>;
  createSandbox(name: string): Promise<void>;
  removeSandbox(name: string): Promise<void>;
  connect(spec: EndpointSpec): Promise<void>;
  disconnect(change: Extract<EndpointChange, { readonly current: unknown }>): Promise<void>;
  open(change: Extract<EndpointChange, { readonly verb: 'update' }>): Promise<void>;
  close(change: Extract<EndpointChange, { readonly verb: 'update' }>): Promise<void>;
}

/** A plan as tasks, and which of them make up each change. */
export interface PlanTasks {
  readonly tasks: readonly Task[];
  readonly names: ReadonlyMap<Change, readonly string[]>;
}

/** Gates: everything that frees addresses and ports is over, everything that frees prefixes, all given prefixes are taken. */
const gates = {
  freed: 'gate:freed',
  prefixesFreed: 'gate:prefixes-freed',
  prefixesGiven: 'gate:prefixes-given',
};

/**
 * Splits a plan into tasks. What takes down comes before what makes, for it frees names, addresses, ports and prefixes; what
 * was given is taken before anything is chosen.
 */
export function planTasks(plan: Plan, hands: Hands): PlanTasks {
  return new TaskList(plan, hands).build();
}

class TaskList {
  readonly #changes: readonly Change[];
  readonly #hands: Hands;
  readonly #tasks: Task[] = [];
  readonly #names = new Map<Change, string[]>();
  /** Tasks that take endpoints down, by the id of their network. */
  readonly #downs = new Map<string, string[]>();
  /** Tasks that make networks and sandboxes. */
  readonly #ups = new Map<string, string>();

  constructor({ changes }: Plan, hands: Hands) {
    this.#changes = changes;
    this.#hands = hands;
  }

  build(): PlanTasks {
    const networks = this.#changes.filter((change) => change.thing === 'network');
    const endpoints = this.#changes.filter((change) => change.thing === 'endpoint');
    this.#removeSandboxes();
    for (const change of endpoints) this.#takeDown(change);
    this.#gate(gates.freed);
    for (const change of networks) if (change.verb !== 'create') this.#removeNetwork(change);
    this.#gate(gates.prefixesFreed);
    this.#createSandboxes();
    const made = networks.filter((change) => change.verb !== 'remove');
    for (const change of made) if (isGiven(change)) this.#createNetwork(change, gates.prefixesFreed);
    this.#gate(gates.prefixesGiven);
    for (const change of made) if (!isGiven(change)) this.#createNetwork(change, gates.prefixesGiven);
    this.#makeEndpoints(endpoints);
    return { tasks: this.#tasks, names: this.#names };
  }

  #add(change: Change, name: string, task: Pick<Task, 'run'> & Partial<Task>): string {
    this.#tasks.push({ needs: [], after: [], ...task, name });
    this.#claim(change, name);
    return name;
  }

  #claim(change: Change, name: string): void {
    const names = this.#names.get(change);
    if (names === undefined) this.#names.set(change, [name]);
    else names.push(name);
  }

  /** A task that is over when all tasks before it are. */
  #gate(name: string): void {
    this.#tasks.push({ name, needs: [], after: this.#tasks.map((task) => task.name), run: () => undefined });
  }

  #removeSandboxes(): void {
    for (const change of this.#changes) {
      if (change.thing !== 'sandbox' || change.verb !== 'remove') continue;
      const run = () => this.#hands.removeSandbox(change.name);
      this.#add(change, `remove sandbox ${change.name}`, { run });
    }
  }

  #takeDown(change: EndpointChange): void {
    if (change.verb === 'create') return;
    const { id, networkId, sandbox } = change.current;
    if (change.verb === 'update') {
      const run = () => this.#hands.close(change);
      if (change.close.length > 0) this.#add(change, `close ${id}`, { run });
      return;
    }
    const whole = `remove sandbox ${sandbox.ref}`;
    // It goes with its sandbox.
    const goes = change.verb === 'remove' && this.#tasks.some(({ name }) => name === whole);
    const name = goes
      ? whole
      : this.#add(change, `disconnect ${id}`, { run: () => this.#hands.disconnect(change) });
    if (goes) this.#claim(change, whole);
    this.#downs.set(networkId, [...(this.#downs.get(networkId) ?? []), name]);
  }

  #removeNetwork(change: Extract<NetworkChange, { readonly current: unknown }>): void {
    const { id, name } = change.current;
    const needs = [...new Set(this.#downs.get(id))];
    this.#add(change, `remove network ${name}`, { needs, run: () => this.#hands.removeNetwork(change) });
  }

  #createNetwork(change: Extract<NetworkChange, { readonly spec: unknown }>, gate: string): void {
    const { name } = change.spec;
    const needs = change.verb === 'replace' ? [`remove network ${name}`] : [];
    const run = () => this.#hands.createNetwork(change);
    this.#ups.set(
      `network ${name}`,
      this.#add(change, `create network ${name}`, { needs, after: [gate], run }),
    );
  }

  #createSandboxes(): void {
    for (const change of this.#changes) {
      if (change.thing !== 'sandbox' || change.verb !== 'create') continue;
      const { name } = change;
      const run = () => this.#hands.createSandbox(name);
      this.#ups.set(
        `sandbox ${name}`,
        this.#add(change, `create sandbox ${name}`, { after: [gates.freed], run }),
      );
    }
  }

  #makeEndpoints(changes: readonly EndpointChange[]): void {
    const made: Made[] = [];
    for (const place of connectOrder(changes.flatMap(placementOf))) {
      const { change, sandbox, network } = place;
      const after = [
        gates.freed,
        ...made.filter((other) => comesFirst(other, place)).map(({ task }) => task),
      ];
      const task =
        change.verb === 'update'
          ? this.#add(change, `open ${change.current.id}`, {
              needs: change.close.length > 0 ? [`close ${change.current.id}`] : [],
              after,
              run: () => this.#hands.open(change),
            })
          : this.#add(change, `connect ${network} ${sandbox}`, {
              needs: [
                ...[`network ${network}`, `sandbox ${sandbox}`].flatMap((name) => this.#ups.get(name) ?? []),
                ...(change.verb === 'replace' ? [`disconnect ${change.current.id}`] : []),
              ],
              after,
              run: () => this.#hands.connect(change.spec),
            });
      made.push({ ...place, task });
    }
  }
}

interface Place extends Placement {
  readonly change: Exclude<EndpointChange, { readonly verb: 'remove' }>;
}

interface Made extends Place {
  readonly task: string;
}

function placementOf(change: EndpointChange): readonly Place[] {
  if (change.verb === 'remove') return [];
  if (change.verb === 'update') {
    const { sandbox, networkName: network } = change.current;
    if (change.open.length === 0) return [];
    return [{ change, sandbox: sandbox.ref, network, address: undefined, ports: change.open }];
  }
  const { sandbox, spec } = change;
  const { network, addresses = [], ports = [] } = spec;
  return [{ change, sandbox, network, address: addresses.length > 0 ? 'given' : 'chosen', ports }];
}

/** Whether one that stands before another has to be over: see {@link connectOrder}. */
function comesFirst(first: Place, second: Place): boolean {
  return (
    first.sandbox === second.sandbox ||
    (second.address === 'chosen' && first.address === 'given' && first.network === second.network) ||
    (choosesPort(second) && hasGivenPort(first))
  );
}

function isGiven({ spec }: Extract<NetworkChange, { readonly spec: unknown }>): boolean {
  return spec.subnets !== undefined;
}
