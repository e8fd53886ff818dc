import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { lookUpLiteral } from './look-up-literal.ts';

/** Answers a message from an address, at once or later; undefined for none. */
export type Answerer = (message: Buffer, from: string) => Buffer | Promise<Buffer> | undefined;

/** How much may wait to be sent before answers are dropped, in bytes: over UDP, who gets none asks again. */
const MOST_UNSENT = 1 << 20;

/**
 * Answers messages that come by a UDP socket.
 *
 * @param fd - bound; it is taken over.
 * @returns closes it.
 */
export function listenUdp(fd: number, family: 'ipv4' | 'ipv6', answer: Answerer): () => void {
  const socket = createSocket({
    type: family === 'ipv6' ? 'udp6' : 'udp4',
    lookup: lookUpLiteral,
  });
  let isOpen = true;
  const send = (response: Buffer, { port, address }: RemoteInfo) => {
    if (isOpen && socket.getSendQueueSize() < MOST_UNSENT) socket.send(response, port, address, ignore);
  };
  socket.on('message', (message, from) => {
    if (from.port === 0) return;
    const response = answer(message, from.address);
    if (response === undefined) return;
    if (response instanceof Promise) void response.then((later) => send(later, from));
    else send(response, from);
  });
  // Whom it is about, and what the kernel thinks of him, changes nothing for the others.
  socket.on('error', ignore);
  socket.bind({ fd });
  return () => {
    isOpen = false;
    close(socket);
  };
}

function ignore(): void {}

function close(socket: Socket): void {
  socket.close();
}
