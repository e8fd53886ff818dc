import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const script = `
const { createServer } = require('node:http');
const { createSocket } = require('node:dgram');
const [, port] = process.argv;
const name = process.env.ECHO_NAME;
const socket = createSocket({ type: 'udp6' }).on('message', (_, from) => socket.send(name, from.port, from.address));
createServer((request, response) => response.end(name + ' ' + request.socket.remoteAddress.replace('::ffff:', '')))
  .listen(Number(port), '::', () => socket.bind(Number(port), '::', () => console.log('ready')));
`;

/** A server in a namespace that answers HTTP with its name and the client's address, and UDP with its name. */
export async function startEchoServer(netns: string, name: string, port: number): Promise<AsyncDisposable> {
  const command = [process.execPath, '-e', script, `${port}`];
  const server = spawn('nsenter', [`--net=/run/netns/${netns}`, '--', ...command], {
    env: { ...process.env, ECHO_NAME: name },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  return { [Symbol.asyncDispose]: () => stop(server) };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill();
  await ended;
}

/** A program for `node -e` that sends one datagram to `host port` and prints the answer. */
export const udpClient = `
const [, host, port] = process.argv;
const socket = require('node:dgram').createSocket(host.includes(':') ? 'udp6' : 'udp4');
socket.on('message', (text) => { console.log(String(text)); socket.close(); });
socket.send('hello', Number(port), host);
setTimeout(() => process.exit(1), 3000).unref();
`;
