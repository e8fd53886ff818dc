/**
 * `pinger.ts ADDRESS`: sends an echo request every 10 ms until its standard input ends, then prints how many were sent and
 * answered, as JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const [, , address = ''] = process.argv;
// A test that fails kills this program: nothing else would end ping then.
const args = ['--pdeathsig', 'KILL', 'ping', '-n', '-q', '-i', '0.01', '-W', '2', address];
const ping = spawn('setpriv', args, {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let text = '';
ping.stdout.on('data', (chunk: Buffer) => {
  text += chunk.toString();
});
process.stdin.resume();
await once(process.stdin, 'end');
ping.kill('SIGINT');
await once(ping, 'close');
const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(text) ?? [];
process.stdout.write(JSON.stringify({ sent: Number(sent), received: Number(received) }));
