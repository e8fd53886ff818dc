/**
 * `server.ts NAME tcp:80 udp:53 tcp:127.0.0.1:81 …`: answers everybody with its name and the client's address,
 * as the kernel shows it. Says `ready` when it listens on everything.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [, , name = '', ...specs] = process.argv;

for (const spec of specs) {
  const [, protocol, host = '::', port] = /^(tcp|udp):(?:(.+):)?(\d+)$/.exec(spec) ?? [];
  const answer = (address = '') => `${name}:${port} ${address.replace('::ffff:', '')}`;
  if (protocol === 'tcp') {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(answer(socket.remoteAddress));
    });
    await once(server.listen(Number(port), host), 'listening');
  } else {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (_, from) => socket.send(answer(from.address), from.port, from.address));
    await once(socket.bind(Number(port), host), 'listening');
  }
}
process.stdout.write('ready\n');
