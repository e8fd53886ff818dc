import { createServer, type Socket } from 'node:net';
import type { Answerer } from './udp-listener.ts';
import { largestUdpSize } from './wire/codes.ts';
import { frameForTcp, TcpMessages } from './wire/tcp-messages.ts';

/** What clients over TCP may take. */
export interface TcpLimits {
  /** How many connections may be open; beyond, the one that has been silent longest makes room. */
  readonly connections: number;
  /** How many queries of one connection may be under way; beyond, it is not read. */
  readonly underWay: number;
  /** How long a connection may be silent, in milliseconds. */
  readonly idleMs: number;
}

/**
 * Answers messages that come by TCP, several at a time from one connection, in whatever order the answers are there.
 *
 * @param fd - listening; it is taken over.
 * @returns closes it, and all its connections.
 */
export function listenTcp(fd: number, limits: TcpLimits, answer: Answerer): () => void {
  // The order of a set is that of the last queries.
  const connections = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const [longestSilent] = connections;
    if (connections.size >= limits.connections) longestSilent?.destroy();
    connections.add(socket);
    const touch = () => {
      connections.delete(socket);
      connections.add(socket);
    };
    serve(socket, limits, touch, answer);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('error', () => {});
  server.listen({ fd });
  return () => {
    server.close();
    for (const socket of connections) socket.destroy();
  };
}

function serve(socket: Socket, limits: TcpLimits, touch: () => void, answer: Answerer): void {
  // Nobody asks in more bytes than a large answer has.
  const messages = new TcpMessages(4 * largestUdpSize);
  const waiting: Buffer[] = [];
  let underWay = 0;
  const from = socket.remoteAddress;

  const take = () => {
    while (waiting.length > 0 && underWay < limits.underWay && !socket.writableNeedDrain) {
      const message = waiting.shift();
      if (message === undefined || from === undefined) return;
      const response = answer(message, from);
      if (response instanceof Promise) {
        underWay++;
        void response.then((later) => {
          underWay--;
          reply(later);
          take();
        });
      } else if (response !== undefined) reply(response);
    }
    if (waiting.length > 0 || underWay >= limits.underWay) socket.pause();
    else socket.resume();
  };
  const reply = (response: Buffer) => {
    if (socket.writable) socket.write(frameForTcp(response));
  };

  socket.setTimeout(limits.idleMs, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('drain', take);
  socket.on('data', (chunk: Buffer) => {
    const complete = messages.add(chunk);
    if (complete === undefined) {
      socket.destroy();
      return;
    }
    if (complete.length > 0) touch();
    waiting.push(...complete);
    take();
  });
}
