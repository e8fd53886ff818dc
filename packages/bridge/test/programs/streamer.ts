/**
 * `streamer.ts ADDRESS PORT`: sends a number every 5 ms over one TCP connection to a server that sends all of it back, until
 * its standard input ends. Prints, as JSON, how many were sent and came back in order, the longest time in milliseconds
 * that one was away, and how many segments the kernel had to send again.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const [, , host = '', port = ''] = process.argv;
const socket = connect({ host, port: Number(port), noDelay: true });
await once(socket, 'connect');
const sentAt: number[] = [];
let received = 0;
let slowest = 0;
let rest = '';
socket.setEncoding('utf8').on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    if (Number(line) !== received) throw new Error(`${line} came in the place of ${received}`);
    slowest = Math.max(slowest, performance.now() - (sentAt[received] ?? 0));
    received += 1;
  }
});

let isOver = false;
process.stdin.resume().once('end', () => {
  isOver = true;
});
for (; !isOver; await setTimeout(5)) {
  socket.write(`${sentAt.length}\n`);
  sentAt.push(performance.now());
}
const end = performance.now() + 2000;
while (received < sentAt.length && performance.now() < end) await setTimeout(5);
// ss(8) tells of retransmissions only where there were some.
const details = execFileSync('ss', ['-Htin', 'dst', host], { encoding: 'utf8' });
const [, again = '0'] = /retrans:\d+\/(\d+)/.exec(details) ?? [];
process.stdout.write(JSON.stringify({ sent: sentAt.length, received, slowest, again: Number(again) }));
socket.destroy();
