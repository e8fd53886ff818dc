import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../config/check-rules.ts';
import { NotLoopbackError } from './errors.ts';
import type { Listener, ListenOptions, RequestHandler } from './listener.ts';
import { formatHostPort, serve, serverOptions } from './serve.ts';

/**
 * Listens over plain TCP, on a loopback address and nowhere else: whoever can run a program on this host is let in. Requests
 * to other names are not answered, nor those that a page of another origin sends: a browser on this host lets any page send some.
 *
 * @throws {@link NotLoopbackError}, {@link ListenError}
 */
export async function listenOnLoopback(
  { host, port }: { readonly host: string; readonly port: number },
  handler: RequestHandler,
  options: ListenOptions,
): Promise<Listener> {
  if (!isLoopback(host)) throw new NotLoopbackError(formatHostPort(host, port));
  const server = createServer(serverOptions(options), (request, response) => {
    if (!isForLoopback(request)) response.writeHead(421, { connection: 'close' }).end();
    else if (isFromElsewhere(request)) response.writeHead(403, { connection: 'close' }).end();
    else handler(request, response);
  });
  return serve(server, { host, port }, options, () => {
    const { address, port: bound } = server.address() as AddressInfo;
    return `http://${formatHostPort(address, bound)}`;
  });
}

function isForLoopback({ headers }: IncomingMessage): boolean {
  const { hostname } = URL.parse(`http://${headers.host}`) ?? {};
  return hostname === 'localhost' || isLoopback(hostname?.replace(/^\[|\]$/g, '') ?? '');
}

/** Browsers say which page a request comes from; nobody else does. */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const { origin, host, 'sec-fetch-site': site = 'none' } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== 'none' && site !== 'same-origin';
}
