import {
  type Api,
  encodeRequest,
  type HttpAnswer,
  type HttpRequest,
  makeApi,
  readAnswer,
  UnreachableError,
} from '@tsnet/api';

/**
 * The API of the daemon at a socket, for a process that asks little and ends: each request has a connection of its own, and is
 * sent once. To load node:http would take longer than most commands do in all.
 */
export function openDaemonApi(socket: string): Api {
  return makeApi(async (name, input, options) => {
    const request = encodeRequest(name, input, options);
    return readAnswer(socket, request, await exchange(socket, request)) as never;
  });
}

async function exchange(socket: string, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return readHttp(await converse(socket, formatHttp(request)));
  } catch (cause) {
    throw new UnreachableError(socket, cause as NodeJS.ErrnoException);
  }
}

/** Sends all, and waits for the other side to end. */
function converse(path: string, text: string): Promise<Buffer> {
  // An `import` of it would load what belongs to servers too.
  const { connect } = process.getBuiltinModule('node:net');
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const connection = connect(path);
    connection.on('data', (piece: Buffer) => pieces.push(piece));
    connection.on('error', reject);
    connection.on('end', () => resolve(Buffer.concat(pieces)));
    connection.write(text);
  });
}

/** RFC 9112: it is the last request of its connection. */
function formatHttp({ method, path, headers, body = '' }: HttpRequest): string {
  const fields = Object.entries({ host: 'localhost', connection: 'close', ...headers });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`;
}

/** @throws for an answer that is cut short. */
function readHttp(bytes: Buffer): HttpAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, Math.max(end, 0));
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(head) ?? [];
  if (status === undefined) throw new Error('it ended the connection without an answer');
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
  const body = bytes.subarray(end + 4);
  const isChunked = /^transfer-encoding: *chunked/im.test(head);
  const content = isChunked ? joinChunks(body) : body;
  if (length !== undefined && content.length < Number(length)) throw cutShort();
  return { status: Number(status), text: content.toString() };
}

/** RFC 9112 section 7.1: each chunk stands behind its length; the last has none. */
function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    const start = end + 2;
    if (end < 0 || Number.isNaN(size) || start + size > body.length) throw cutShort();
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(start, start + size));
    at = start + size + 2;
  }
}

function cutShort(): Error {
  return new Error('it ended the connection within its answer');
}
