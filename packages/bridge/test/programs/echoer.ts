/** `echoer.ts PORT`: sends everything that comes over a TCP connection back. Says `ready` when it listens. */
import { once } from 'node:events';
import { createServer } from 'node:net';

const [, , port = ''] = process.argv;
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
await once(server.listen(Number(port)), 'listening');
process.stdout.write('ready\n');
