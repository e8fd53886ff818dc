import { isTsnetError } from '@tsnet/errors';
import type { Api, CallOptions } from './api.ts';
import { defaultSocket } from './default-socket.ts';
import { AbortedError, RemoteError, UnreachableError } from './errors.ts';
import type { EventFilter } from './follow-events.ts';
import { iterate, type ListInput, type ListItem, type ListName } from './iterate.ts';
import { makeApi } from './make-api.ts';
import { type OperationName, routeOf } from './operations.ts';
import { readAnswer } from './read-answer.ts';
import { encodeRequest, type HttpRequest } from './request.ts';
import type { Event } from './schemas/events.ts';
import type { Output } from './schemas/outputs.ts';
import { type Place, Transport, textOf } from './transport.ts';

/** How a client is opened. */
export interface ClientOptions extends Place {
  /** How often what is safe to repeat is tried in all; 4 by default. */
  readonly attempts?: number;
}

/** The API of a daemon. */
export type Client = Api &
  AsyncDisposable & {
    /**
     * Events as they happen, over all restarts of the daemon, until the signal fires.
     *
     * @throws {@link RemoteError} `API_EVENTS_LOST` when those behind `after` are not kept any more.
     */
    events(filter?: EventFilter): AsyncGenerator<Event, void, undefined>;
    /** Everything of a list, page by page. */
    iterate<L extends ListName>(
      name: L,
      input?: ListInput<L>,
      options?: CallOptions,
    ): AsyncGenerator<ListItem<L>>;
    /** Lets go of all connections, and ends what follows events. */
    close(): void;
  };

/** Where a document has its ETag, out of the way of whoever looks at its members. */
const etag = Symbol('etag');

/** The ETag that came with a document, if one did: see {@link CallOptions.ifMatch}. */
export function etagOf(document: object & { readonly [etag]?: string }): string | undefined {
  return document[etag];
}

/**
 * Opens the API of a daemon. Nothing is sent before the first call. Errors are `TsnetError`s: {@link RemoteError} for what the
 * daemon refuses, {@link UnreachableError} where none answers. The socket needs membership of its group, or root.
 *
 * ```ts
 * await using client = openClient();
 * await client.connect({ network: 'web', sandbox: 'app', ports: ['8080:80'] });
 * ```
 */
export function openClient(options: ClientOptions = {}): Client {
  const { attempts = 4, ...place } = options;
  const transport = new Transport(place.url === undefined ? { socket: defaultSocket, ...place } : place);
  const api = makeApi((name, input, callOptions) => call(transport, attempts, name, input, callOptions));
  const close = () => transport.close();
  return Object.assign(api, {
    close,
    async *events(filter: EventFilter = {}) {
      const { followEvents } = await import('./follow-events.ts');
      yield* followEvents(transport, filter);
    },
    iterate: <L extends ListName>(name: L, input?: ListInput<L>, callOptions?: CallOptions) =>
      iterate(api, name, input, callOptions),
    async [Symbol.asyncDispose]() {
      close();
    },
  });
}

async function call<O extends OperationName>(
  transport: Transport,
  attempts: number,
  name: O,
  input: object,
  options: CallOptions,
): Promise<Output<O>> {
  const { method, creates = false } = routeOf(name);
  const idempotencyKey = options.idempotencyKey ?? (creates ? crypto.randomUUID() : undefined);
  const request = encodeRequest(name, input, { ...options, idempotencyKey });
  // What reads, and what creates under a key, comes to the same however often it is sent.
  const isRepeatable = method === 'GET' || creates;
  for (let attempt = 1; ; attempt++) {
    try {
      return await answerOf(transport, request, name, options.signal);
    } catch (error) {
      const mayRepeat = isRepeatable ? isPassing(error) : wasNotSent(error);
      if (!mayRepeat || attempt >= attempts) throw error;
      await pause(25 * 2 ** attempt, name, options.signal);
    }
  }
}

async function answerOf<O extends OperationName>(
  transport: Transport,
  request: HttpRequest,
  name: O,
  signal: AbortSignal | undefined,
): Promise<Output<O>> {
  try {
    const response = await transport.send(request, signal);
    const text = await textOf(response);
    const { statusCode = 0, headers } = response;
    const document = readAnswer(transport.name, request, { status: statusCode, text });
    if (headers.etag !== undefined && typeof document === 'object' && document !== null)
      Object.defineProperty(document, etag, { value: headers.etag });
    return document as Output<O>;
  } catch (error) {
    if (isTsnetError(error)) throw error;
    if (signal?.aborted) throw new AbortedError(name, error);
    throw new UnreachableError(transport.name, error as NodeJS.ErrnoException);
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof RemoteError) return error.status === 503;
  return error instanceof UnreachableError && error.kind === 'unavailable';
}

function wasNotSent(error: unknown): boolean {
  return error instanceof UnreachableError && error.isAbsent;
}

function pause(milliseconds: number, name: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(new AbortedError(name, signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
}
