/**
 * `probe.ts '[{"protocol":"tcp","address":"10.0.0.2","port":80,"patience":500}]'`: asks all of them at once and
 * prints what each answered, or the name of the error, or `silence`.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

interface Probe {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** Milliseconds until the answer is `silence`. */
  readonly patience: number;
}

const probes: readonly Probe[] = JSON.parse(process.argv[2] ?? '[]');
const answers = await Promise.all(
  probes.map((probe) => (probe.protocol === 'tcp' ? askTcp(probe) : askUdp(probe))),
);
process.stdout.write(JSON.stringify(answers));

function askTcp({ address, port, patience }: Probe): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let text = '';
    const end = (answer: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end('silence'), patience);
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('end', () => end(text));
    socket.on('error', (error) => end('code' in error ? String(error.code) : error.message));
  });
}

function askUdp({ address, port, patience }: Probe): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (answer: string) => {
      clearTimeout(timer);
      clearInterval(repeat);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end('silence'), patience);
    socket.on('message', (message) => end(message.toString()));
    socket.on('error', (error) => end('code' in error ? String(error.code) : error.message));
    socket.connect(port, address, () => ask());
    const ask = () => socket.send('?', () => undefined);
    const repeat = setInterval(ask, 100);
  });
}
