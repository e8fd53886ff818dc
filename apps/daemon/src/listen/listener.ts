import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers one request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What holds for a listener, whatever it listens on. */
export interface ListenOptions {
  /** Connections at a time; those beyond are closed as they come. */
  readonly maxConnections: number;
  /** Seconds within which a request has to be there as a whole; 0: no limit. */
  readonly requestTimeout: number;
  /** Seconds that running requests get to end once the listener is closed. */
  readonly drainTimeout: number;
}

/**
 * A place where requests come in. To dispose of it is to close it: nothing is accepted any more, idle connections end
 * at once, and those with a running request when that is answered, or when the time to drain is over. It may be disposed
 * of more than once, and resolves when no connection is left.
 */
export interface Listener extends AsyncDisposable {
  /** For people: `unix:/run/tsnet/tsnet.sock`, `https://10.0.0.1:2379`. */
  readonly address: string;
}
