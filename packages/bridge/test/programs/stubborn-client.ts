/** `stubborn-client.ts ADDRESS PORT`: sends from one UDP socket all the time, and prints each answer or error. */
import { createSocket } from 'node:dgram';

const [, , address = '', port = ''] = process.argv;
const socket = createSocket('udp4');
const say = (text: string) => process.stdout.write(`${text}\n`);
socket.on('message', (message) => say(message.toString()));
socket.on('error', (error) => say('code' in error ? String(error.code) : error.message));
socket.connect(Number(port), address, () => setInterval(() => socket.send('?', () => undefined), 20));
