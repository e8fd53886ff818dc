import type { Netns } from '@tsnet/netns';
import type {
  DesiredNetwork,
  Driver,
  Survey,
  SurveyScope,
  TrafficReport,
  Watch,
  WatchOptions,
} from '../driver.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import type { PublishedPort } from '../model/port.ts';
import type { Plan, Step } from '../plan.ts';

/** A driver around another one, whose steps fail where a test wants them to. */
export class FaultyDriver implements Driver {
  readonly #inner: Driver;
  readonly #failing = new Set<string>();
  readonly #stuck = new Set<string>();

  constructor(inner: Driver) {
    this.#inner = inner;
  }

  get name(): string {
    return this.#inner.name;
  }

  /** From now on, steps of these names fail and do nothing, also in plans that were made before. */
  fail(...steps: readonly string[]): void {
    for (const step of steps) this.#failing.add(step);
  }

  /** From now on, steps of these names cannot be undone. */
  failToUndo(...steps: readonly string[]): void {
    for (const step of steps) this.#stuck.add(step);
  }

  /** From now on, everything works again. */
  heal(): void {
    this.#failing.clear();
    this.#stuck.clear();
  }

  create(network: Network): Plan {
    return this.#wrap(this.#inner.create(network));
  }

  delete(network: Network): Plan {
    return this.#wrap(this.#inner.delete(network));
  }

  connect(network: Network, endpoint: Endpoint, sandbox: Netns): Plan {
    return this.#wrap(this.#inner.connect(network, endpoint, sandbox));
  }

  announce(
    network: Network,
    endpoint: Endpoint,
    sandbox: Netns,
    background: (work: Promise<void>) => void,
  ): Plan {
    return this.#wrap(this.#inner.announce(network, endpoint, sandbox, background));
  }

  disconnect(network: Network, endpoint: Endpoint): Plan {
    return this.#wrap(this.#inner.disconnect(network, endpoint));
  }

  publish(network: Network, endpoint: Endpoint, ports: readonly PublishedPort[]): Plan {
    return this.#wrap(this.#inner.publish(network, endpoint, ports));
  }

  unpublish(network: Network, endpoint: Endpoint, ports: readonly PublishedPort[]): Plan {
    return this.#wrap(this.#inner.unpublish(network, endpoint, ports));
  }

  survey(desired: readonly DesiredNetwork[], scope?: SurveyScope): Survey {
    const { repairs, ends } = this.#inner.survey(desired, scope);
    return { repairs: repairs.map((repair) => ({ ...repair, plan: this.#wrap(repair.plan) })), ends };
  }

  watch(options: WatchOptions): Watch {
    return this.#inner.watch(options);
  }

  traffic(): TrafficReport {
    return this.#inner.traffic();
  }

  close(): void {
    this.#inner.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #wrap(plan: Plan): Plan {
    return plan.map((step) => this.#wrapStep(step));
  }

  #wrapStep(step: Step): Step {
    const { name, undo } = step;
    return {
      ...step,
      apply: () => {
        if (this.#failing.has(name)) throw new Error(`${name} was made to fail`);
        return step.apply();
      },
      ...(undo === undefined
        ? {}
        : {
            undo: {
              name: undo.name,
              apply: () => {
                if (this.#stuck.has(name)) throw new Error(`the undo of ${name} was made to fail`);
                return undo.apply();
              },
            },
          }),
    };
  }
}
