import { type Linux, SystemCallError } from '@tsnet/linux';

/** After so many uses the kernel's look-ups in one instance begin to slow down. */
const USES = 64;

/**
 * An instance of procfs that nobody else uses. In the machine's own, the settings of every network namespace there
 * was since the start lie under one name: the first look-up in a new one takes longer and longer, up to a
 * millisecond and more.
 */
export class ProcessFiles implements Disposable {
  readonly #linux: Linux;
  readonly #machine: string;
  #root: number | undefined;
  #uses = 0;
  #isOwn = true;

  /** @param machine - the machine's own instance: `/proc`. */
  constructor(linux: Linux, machine: string) {
    this.#linux = linux;
    this.#machine = machine;
  }

  /** A directory to read and write in now; the machine's own where no other can be had, and after {@link close}. */
  directory(): string {
    if (this.#isOwn && this.#uses++ % USES === 0) this.#renew();
    return this.#root === undefined ? this.#machine : `${this.#machine}/self/fd/${this.#root}`;
  }

  close(): void {
    this.#isOwn = false;
    this.#release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #renew(): void {
    this.#release();
    try {
      this.#root = this.#linux.openFileSystem('proc');
    } catch (error) {
      // An older kernel, or a container that may not mount: slower, but as right.
      if (!(error instanceof SystemCallError)) throw error;
      this.#isOwn = false;
    }
  }

  #release(): void {
    if (this.#root !== undefined) this.#linux.close(this.#root);
    this.#root = undefined;
  }
}
