/**
 * What was opened, to be closed in the reverse order, all of it even if some fails. It is what `AsyncDisposableStack` will be where
 * every supported Node.js has it.
 */
export class Resources implements AsyncDisposable {
  #closers: (() => unknown)[] = [];

  /** Takes over something that is open, and returns it. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.defer(() =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
    );
    return resource;
  }

  /** Is run when all is closed. */
  defer(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Hands all of it over to another owner. */
  move(): Resources {
    const moved = new Resources();
    moved.#closers = this.#closers;
    this.#closers = [];
    return moved;
  }

  /** Closes all of it; once or often. @throws what went wrong: one failure as it is, several together. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several things could not be closed');
  }
}
