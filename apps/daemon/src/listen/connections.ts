import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** Keeps an account of a server's connections, so that all of them can be brought to an end. */
export class Connections {
  readonly #server: HttpServer | HttpsServer;
  readonly #open = new Set<Socket>();
  /** Those that no request has come on. Node.js takes them for busy. */
  readonly #fresh = new Set<Socket>();
  readonly #running = new Set<ServerResponse>();
  #draining = false;

  constructor(server: HttpServer | HttpsServer) {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#opened(socket));
    if (server instanceof HttpsServer) server.on('secureConnection', (socket) => this.#secured(socket));
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#began(request, response);
    });
  }

  /** Ends each connection as soon as nothing runs on it. */
  endIdle(): void {
    this.#draining = true;
    for (const socket of this.#fresh) socket.destroy();
    for (const response of this.#running) closeAfter(response);
    this.#server.closeIdleConnections();
  }

  /** Ends all, whatever runs on them. */
  endAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #opened(socket: Socket): void {
    this.#open.add(socket);
    this.#fresh.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#fresh.delete(socket);
    });
  }

  /** The TLS side of a socket takes its place as one that no request has come on. */
  #secured(socket: Socket): void {
    for (const raw of this.#fresh) {
      if (raw.remotePort === socket.remotePort && raw.remoteAddress === socket.remoteAddress) {
        this.#fresh.delete(raw);
      }
    }
    this.#opened(socket);
    if (this.#draining) socket.destroy();
  }

  #began({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#fresh.delete(socket);
    this.#running.add(response);
    if (this.#draining) closeAfter(response);
    response.once('close', () => {
      this.#running.delete(response);
      // An answer that had begun before did not say that the connection would end.
      if (this.#draining) setImmediate(() => this.#server.closeIdleConnections());
    });
  }
}

/** The connection ends with an answer, and the answer says so. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.shouldKeepAlive = false;
}
