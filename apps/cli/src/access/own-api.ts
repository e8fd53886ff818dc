import { type Api, type Input, type OperationName, type Output, routeOf } from '@tsnet/api';
import { isPoolsOperation, openState } from '@tsnet/service/state';
import type { Invocation } from '../invocation.ts';
import { hasPrivilege } from '../privilege.ts';
import { openExistingStore, openForChange } from '../store.ts';

/** What is opened to answer: the state to read, the state to change, or an engine. */
type Means = 'records' | 'pools' | 'engine' | 'sandboxes';

/**
 * The API by this process, which opens what a request needs and not before: for the state alone, access to its directory is
 * enough.
 */
export class OwnApi implements AsyncDisposable {
  readonly #invocation: Invocation;
  readonly #opened = new Map<Means, Promise<Partial<Api>>>();
  readonly #closers: (() => PromiseLike<void>)[] = [];

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
  }

  async call<O extends OperationName>(name: O, input: Input<O>): Promise<Output<O>> {
    const means = meansOf(name, input);
    const opening = this.#opened.get(means) ?? this.#open(means, name);
    this.#opened.set(means, opening);
    const answer = (await opening)[name] as ((input: Input<O>) => Promise<Output<O>>) | undefined;
    if (answer === undefined) throw new TypeError(`${means} do not answer ${name}`);
    return answer(input);
  }

  async #open(means: Means, name: OperationName): Promise<Partial<Api>> {
    // Only what comes first makes a store: with a mistyped path, everything else fails and leaves nothing.
    const options = { createStore: name === 'createNetwork' || name === 'createPool' };
    switch (means) {
      case 'records': {
        const store = await openExistingStore(this.#invocation);
        this.#closers.push(() => store.close());
        return openState(store);
      }
      case 'pools': {
        const store = await openForChange(this.#invocation, options);
        this.#closers.push(() => store.close());
        return openState(store);
      }
      case 'sandboxes': {
        const { openSandboxes } = await import('./own-sandboxes.ts');
        return openSandboxes(this.#invocation);
      }
      case 'engine': {
        const [{ openEngine }, { openService }] = await Promise.all([
          import('../session.ts'),
          import('@tsnet/service'),
        ]);
        const session = await openEngine(this.#invocation, options);
        this.#closers.push(() => session[Symbol.asyncDispose]());
        return openService(session);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }
}

function meansOf<O extends OperationName>(name: O, input: Input<O>): Means {
  if (routeOf(name).needs === 'records') return 'records';
  if (isPoolsOperation(name)) return 'pools';
  if (name === 'listSandboxes') return hasPrivilege() ? 'engine' : 'sandboxes';
  if (name !== 'plan') return 'engine';
  const { changes } = input as Input<'plan'>;
  return changes.every(({ operation }) => isPoolsOperation(operation)) ? 'pools' : 'engine';
}
