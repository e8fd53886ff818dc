import { constants } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { TcpConfig, TlsFiles } from '../config/daemon-config.ts';
import type { Listener, ListenOptions, RequestHandler } from './listener.ts';
import { formatHostPort, serve, serverOptions } from './serve.ts';
import { readTlsFiles, type TlsContents } from './tls-files.ts';
import { watchFiles } from './watch-files.ts';

/** Milliseconds within which both sides have to agree on TLS. */
const HANDSHAKE_TIMEOUT = 10_000;

/** A listener over TLS, whose files may change. */
export interface TlsListener extends Listener {
  /**
   * Reads the files again, for connections from then on. It is also done by itself when they change.
   *
   * @throws {@link TlsFileError} when they cannot be used; those read before stay in use.
   */
  reload(): void;
}

/** As {@link ListenOptions}. */
export interface TlsListenOptions extends ListenOptions {
  /** Hears of files that have changed and cannot be used. */
  readonly onReloadFailure: (error: unknown) => void;
}

/**
 * Listens over TLS 1.3, for clients with a certificate of the CA that `tls` names; all others are refused before any
 * request of theirs is read.
 *
 * @throws {@link TlsFileError}, {@link ListenError}
 */
export async function listenOnTls(
  { host, port, tls }: TcpConfig & { readonly tls: TlsFiles },
  handler: RequestHandler,
  options: TlsListenOptions,
): Promise<TlsListener> {
  let current = readTlsFiles(tls);
  const rules = { ...serverOptions(options), handshakeTimeout: HANDSHAKE_TIMEOUT };
  const server = createServer({ ...rules, ...secureOptions(current) }, handler);
  const listener = await serve(server, { host, port }, options, () => {
    const { address, port: bound } = server.address() as AddressInfo;
    return `https://${formatHostPort(address, bound)}`;
  });
  const reload = () => {
    current = readTlsFiles(tls);
    server.setSecureContext(secureOptions(current));
  };
  const watching = watchFiles(Object.values(tls), () => {
    try {
      const { cert, key, ca } = readTlsFiles(tls);
      if (cert !== current.cert || key !== current.key || ca !== current.ca) reload();
    } catch (error) {
      options.onReloadFailure(error);
    }
  });
  return {
    address: listener.address,
    reload,
    [Symbol.asyncDispose]() {
      watching[Symbol.dispose]();
      return listener[Symbol.asyncDispose]();
    },
  };
}

function secureOptions(contents: TlsContents): TlsOptions {
  return {
    ...contents,
    minVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: true,
    // A ticket would let a client in again without its certificate being looked at, which may have ended since.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
