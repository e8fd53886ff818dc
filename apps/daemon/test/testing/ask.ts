import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';

/** What came back. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks for a path, on a connection of its own unless an agent is given. */
export function ask(options: RequestOptions): Promise<Answer> {
  const request = options.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request({ agent: false, ...options }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

/** An agent that keeps one connection for all that is asked. */
export function oneConnection(): HttpAgent {
  return new HttpAgent({ keepAlive: true, maxSockets: 1 });
}

/** As {@link oneConnection}, over TLS. */
export function oneSecureConnection(): HttpsAgent {
  return new HttpsAgent({ keepAlive: true, maxSockets: 1 });
}

/** Where a listener at `https://127.0.0.1:1234` is. */
export function placeOf(address: string): {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
} {
  const { protocol, hostname, port } = new URL(address);
  return { protocol, host: hostname.replace(/^\[|\]$/g, ''), port };
}
