import { createRequire } from 'node:module';
import type { Linux } from './linux.ts';

/** What a command left behind: whether it was carried out, what it printed, and what it complained about. */
export interface LibnftablesResult {
  readonly succeeded: boolean;
  readonly output: string;
  readonly error: string;
}

/**
 * A context of libnftables, which owns one netlink socket. Everything is synchronous, and the
 * context belongs to the thread that opened it.
 */
export interface LibnftablesContext {
  /**
   * Runs commands in the syntax of nft(8), all of them as one transaction. `outputFlags` is the sum of
   * {@link libnftablesOutput} flags and says how listings are printed.
   *
   * Link names in commands are looked up in the namespace where the thread is at that moment.
   */
  run(commands: string, outputFlags?: number): LibnftablesResult;
  /** Closes the socket and frees the context. May be repeated. */
  close(): void;
}

/** libnftables, loaded into this process. It holds no resource: there is nothing to close. */
export interface Libnftables {
  /**
   * Makes a context. Its socket is opened at once, in the namespace where the thread is, and is kept
   * until {@link LibnftablesContext.close}. Returns undefined when memory is short.
   *
   * @throws {@link SystemCallError} when the kernel gives no nfnetlink socket.
   */
  openContext(linux: Linux): LibnftablesContext | undefined;
}

/** How libnftables prints listings (nft_ctx_output_set_flags in libnftables(3)). */
export const libnftablesOutput = {
  /** Leave counters and the like out. */
  stateless: 1 << 2,
  /** With the handles of objects. */
  handle: 1 << 3,
  json: 1 << 4,
  /** Print what was added, as the kernel echoes it. */
  echo: 1 << 5,
  /** Protocols as numbers. */
  numericProtocol: 1 << 7,
  /** Chain priorities as numbers. */
  numericPriority: 1 << 8,
  /** Leave the elements of sets and maps out. */
  terse: 1 << 11,
} as const;

/** Loads `libnftables.so.1`; undefined where it is not installed, or cannot be loaded into Node. */
export function openLibnftables(): Libnftables | undefined {
  if (process.platform !== 'linux') return undefined;
  const functions = loadFunctions('libnftables.so.1');
  return (
    functions && {
      openContext(linux) {
        probeSocket(linux);
        return newContext(functions);
      },
    }
  );
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_NETFILTER = 12;

/** libnftables ends the whole process when it cannot have its socket: find out before it tries. */
function probeSocket(linux: Linux): void {
  linux.close(linux.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
}

type Pointer = bigint | object;

interface Functions {
  readonly create: (flags: number) => Pointer | null;
  readonly free: (context: Pointer) => void;
  readonly bufferOutput: (context: Pointer) => number;
  readonly bufferError: (context: Pointer) => number;
  readonly output: (context: Pointer) => string | null;
  readonly error: (context: Pointer) => string | null;
  readonly setOutputFlags: (context: Pointer, flags: number) => void;
  readonly run: (context: Pointer, commands: string) => number;
  readonly setSignalMask: (how: number, set: Uint8Array, before: Uint8Array | null) => number;
}

function loadFunctions(file: string): Functions | undefined {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const library = koffi.load(file);
    return {
      create: library.func('void *nft_ctx_new(uint32_t flags)'),
      free: library.func('void nft_ctx_free(void *context)'),
      bufferOutput: library.func('int nft_ctx_buffer_output(void *context)'),
      bufferError: library.func('int nft_ctx_buffer_error(void *context)'),
      output: library.func('const char *nft_ctx_get_output_buffer(void *context)'),
      error: library.func('const char *nft_ctx_get_error_buffer(void *context)'),
      setOutputFlags: library.func('void nft_ctx_output_set_flags(void *context, unsigned int flags)'),
      run: library.func('int nft_run_cmd_from_buffer(void *context, const char *commands)'),
      setSignalMask: koffi.load(null).func('int pthread_sigmask(int how, const void *set, void *before)'),
    };
  } catch {
    return undefined;
  }
}

/**
 * A signal that arrives while libnftables waits for the kernel's verdict makes it give up, whether the
 * transaction went through or not: signals of this thread wait until it has ended.
 */
function withoutSignals<T>(functions: Functions, body: () => T): T {
  const before = new Uint8Array(SIGNAL_SET_LENGTH);
  functions.setSignalMask(SIG_SETMASK, allSignals, before);
  try {
    return body();
  } finally {
    functions.setSignalMask(SIG_SETMASK, before, null);
  }
}

const SIG_SETMASK = 2;
/** sizeof(sigset_t) of glibc and musl. */
const SIGNAL_SET_LENGTH = 128;
const allSignals = new Uint8Array(SIGNAL_SET_LENGTH).fill(0xff);

function newContext(functions: Functions): LibnftablesContext | undefined {
  const pointer = functions.create(0);
  if (pointer === null) return undefined;
  if (functions.bufferOutput(pointer) !== 0 || functions.bufferError(pointer) !== 0) {
    functions.free(pointer);
    return undefined;
  }
  return new Context(functions, pointer);
}

class Context implements LibnftablesContext {
  readonly #functions: Functions;
  #pointer: Pointer | undefined;

  constructor(functions: Functions, pointer: Pointer) {
    this.#functions = functions;
    this.#pointer = pointer;
  }

  run(commands: string, outputFlags = 0): LibnftablesResult {
    const pointer = this.#pointer;
    if (pointer === undefined) return { succeeded: false, output: '', error: 'the context is closed' };
    this.#functions.setOutputFlags(pointer, outputFlags);
    const status = withoutSignals(this.#functions, () => this.#functions.run(pointer, commands));
    // Reading a buffer is what rewinds it: both are read every time, or they would grow for good.
    const output = this.#functions.output(pointer) ?? '';
    const error = this.#functions.error(pointer) ?? '';
    return { succeeded: status === 0, output, error };
  }

  close(): void {
    const pointer = this.#pointer;
    if (pointer === undefined) return;
    this.#pointer = undefined;
    this.#functions.free(pointer);
  }
}
