import type { Linux } from '@tsnet/linux';
import type { DaemonConfig, TcpConfig } from '../config/daemon-config.ts';
import { adoptActivatedSockets } from './adopt-activated-sockets.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { listenOnSocket } from './listen-on-socket.ts';
import { listenOnTls, type TlsListener, type TlsListenOptions } from './listen-on-tls.ts';
import type { Listener, RequestHandler } from './listener.ts';

/** What the listeners of a daemon work with. */
export interface ListenContext {
  readonly linux: Linux;
  /** Tells of sockets that a service manager has opened; what does so is taken out of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Hears of certificates that have changed and cannot be used. */
  readonly onReloadFailure: (error: unknown) => void;
}

/** All listeners of a daemon; to dispose of them is to dispose of each. */
export interface Listeners extends AsyncDisposable {
  readonly addresses: readonly string[];
  /** Reads certificates again. */
  reload(): void;
}

/**
 * Listens wherever a configuration says: on the sockets of the service manager, or else on a unix socket of its own; and
 * over TCP, where that is set. When one of them fails, the others are closed again.
 */
export async function openListeners(
  config: DaemonConfig,
  handler: RequestHandler,
  { linux, environment, onReloadFailure }: ListenContext,
): Promise<Listeners> {
  const { maxConnections, requestTimeout } = config.limits;
  const options = { maxConnections, requestTimeout, drainTimeout: config.drainTimeout, onReloadFailure };
  const opened: Listener[] = [];
  const close = async () => {
    await Promise.all(opened.map((listener) => listener[Symbol.asyncDispose]()));
  };
  try {
    opened.push(...(await adoptActivatedSockets(linux, environment, handler, options)));
    if (opened.length === 0) opened.push(await listenOnSocket(linux, config.socket, handler, options));
    const remote = config.tcp === undefined ? undefined : await listenOnTcp(config.tcp, handler, options);
    if (remote !== undefined) opened.push(remote);
    return {
      addresses: opened.map(({ address }) => address),
      reload: () => remote?.reload?.(),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listenOnTcp(
  { host, port, tls }: TcpConfig,
  handler: RequestHandler,
  options: TlsListenOptions,
): Promise<Listener & Partial<TlsListener>> {
  if (tls === undefined) return listenOnLoopback({ host, port }, handler, options);
  return listenOnTls({ host, port, tls }, handler, options);
}
