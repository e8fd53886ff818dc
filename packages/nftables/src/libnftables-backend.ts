import {
  inNetns,
  type LibnftablesContext,
  type LibnftablesResult,
  libnftablesOutput,
  openLibnftables,
} from '@tsnet/linux';
import type { Backend, Place } from './backend.ts';

/**
 * libnftables in this process, with one netlink socket for good: closing one after a deletion waits for the
 * kernel's grace period. Undefined where the library is missing.
 *
 * @throws {@link SystemCallError} when the kernel gives no nfnetlink socket, or the namespace cannot be entered.
 */
export function openLibnftablesBackend(place: Place): Backend | undefined {
  const library = openLibnftables();
  if (library === undefined) return undefined;
  const context = inNetns(place.linux, place.netns, () => library.openContext(place.linux));
  return context && new LibnftablesBackend(place, context);
}

const LISTING_FLAGS =
  libnftablesOutput.json |
  libnftablesOutput.handle |
  libnftablesOutput.numericProtocol |
  libnftablesOutput.numericPriority;

class LibnftablesBackend implements Backend {
  readonly name = 'libnftables';
  readonly #place: Place;
  readonly #context: LibnftablesContext;

  constructor(place: Place, context: LibnftablesContext) {
    this.#place = place;
    this.#context = context;
  }

  apply(commands: string): LibnftablesResult {
    return this.#run(commands, 0);
  }

  list(command: string): LibnftablesResult {
    return this.#run(command, LISTING_FLAGS);
  }

  close(): void {
    this.#context.close();
  }

  #run(commands: string, outputFlags: number): LibnftablesResult {
    // The socket stays in its namespace by itself, but link names in rules are looked up where the thread is.
    return inNetns(this.#place.linux, this.#place.netns, () => this.#context.run(commands, outputFlags));
  }
}
