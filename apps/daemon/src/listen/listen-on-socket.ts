import { createServer } from 'node:http';
import { dirname } from 'node:path';
import type { Linux } from '@tsnet/linux';
import type { SocketConfig } from '../config/daemon-config.ts';
import { bindSocket, ensureDirectory } from './bind-socket.ts';
import { fileFailure } from './errors.ts';
import type { Listener, ListenOptions, RequestHandler } from './listener.ts';
import { serve, serverOptions } from './serve.ts';
import { lockSocketPath } from './socket-lock.ts';

/**
 * Listens on a unix socket of its own. Of several programs that ask for the same path, one gets it; a socket that a
 * killed one left is replaced. The file is gone as soon as the listener closes, unless it is no longer this one's.
 *
 * @throws {@link SocketTakenError} when somebody listens there, {@link NoSocketError} when something else is there.
 */
export async function listenOnSocket(
  linux: Linux,
  config: SocketConfig,
  handler: RequestHandler,
  options: ListenOptions,
): Promise<Listener> {
  const { lock, socket } = takePath(linux, config);
  try {
    const server = createServer(serverOptions(options), handler);
    const listener = await serve(server, { fd: socket.fd }, options, () => `unix:${config.path}`);
    return {
      address: listener.address,
      async [Symbol.asyncDispose]() {
        // First of all: who finds no socket does without the daemon, and need not be refused.
        socket.unlink();
        await listener[Symbol.asyncDispose]();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    socket.unlink();
    lock[Symbol.dispose]();
    throw error;
  }
}

function takePath(linux: Linux, config: SocketConfig) {
  try {
    ensureDirectory(dirname(config.path));
    const lock = lockSocketPath(linux, config.path);
    try {
      return { lock, socket: bindSocket(linux, config) };
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    throw fileFailure('listen on', config.path, error);
  }
}
