import type { Agent, IncomingMessage } from 'node:http';
import { ClientClosedError } from './errors.ts';
import type { HttpRequest } from './request.ts';

/** Where a daemon listens. */
export interface Place {
  /** The path of its socket. */
  readonly socket?: string | undefined;
  /** Or its address: `https://host:port`, or `http://127.0.0.1:port`. */
  readonly url?: string | undefined;
  /** What `https` needs, in PEM: the authority of the daemon's certificate, and the client's own certificate and key. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
}

/** Sends requests over connections that are kept. */
export class Transport {
  readonly #place: Place;
  readonly #agent: Agent;
  readonly #closing = new AbortController();

  constructor(place: Place) {
    this.#place = place;
    const options = { keepAlive: true, maxSockets: 64, ...place.tls };
    this.#agent = new (isSecure(place) ? https() : http()).Agent(options);
  }

  /** The place in words. */
  get name(): string {
    return this.#place.socket ?? this.#place.url ?? '';
  }

  /** Fires when it is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Sends one request and returns what answers, as its head arrives.
   *
   * @param isStream - whether the answer goes on: it gets a connection of its own. @throws what node:http does.
   */
  send(request: HttpRequest, signal: AbortSignal | undefined, isStream = false): Promise<IncomingMessage> {
    if (this.closed.aborted) return Promise.reject(new ClientClosedError(this.name));
    const { socket, url = 'http://localhost' } = this.#place;
    const { protocol, hostname, port } = new URL(url);
    const { request: open } = protocol === 'https:' ? https() : http();
    return new Promise((resolve, reject) => {
      const sent = open(
        {
          // Without a name for TLS, which a socket has none of, node:http would take 5 ms to find one.
          ...(socket === undefined ? { hostname, port } : { socketPath: socket, servername: '' }),
          agent: isStream ? false : this.#agent,
          method: request.method,
          path: request.path,
          headers: request.headers,
          ...(signal === undefined ? {} : { signal }),
        },
        resolve,
      );
      sent.on('error', reject);
      sent.end(request.body);
    });
  }

  /** Ends idle connections, and what is under way. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }
}

/** The whole body of an answer. */
export async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const piece of response) text += piece;
  return text;
}

function isSecure({ url }: Place): boolean {
  return url?.startsWith('https:') ?? false;
}

/** An `import` of node:http also loads what nobody here needs, and takes ten times as long. */
function http(): typeof import('node:http') {
  return process.getBuiltinModule('node:http');
}

function https(): typeof import('node:https') {
  return process.getBuiltinModule('node:https');
}
