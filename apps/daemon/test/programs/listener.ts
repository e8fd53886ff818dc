import { spawnSync } from 'node:child_process';
import { openLinux } from '@tsnet/linux';
import { adoptActivatedSockets } from '../../src/listen/adopt-activated-sockets.ts';
import { listenOnSocket } from '../../src/listen/listen-on-socket.ts';
import type { Listener } from '../../src/listen/listener.ts';

/** What a test asks this program for. */
export type Order =
  /** Listen at a path, at a time: those of several programs begin together. */
  { readonly listen: string; readonly at: number } | { readonly adopt: true } | { readonly close: true };

/** What it answers. */
export interface Report {
  readonly addresses?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
  /** What a child of this program sees: its descriptors and variables. */
  readonly child?: string;
}

const options = { maxConnections: 100, requestTimeout: 30, drainTimeout: 5 };
const linux = openLinux();
let listeners: readonly Listener[] = [];

process.on('message', (order: Order) => {
  carryOut(order).then(
    (report) => process.send?.(report),
    (error) => process.send?.({ error: { code: error.code, message: error.message } } satisfies Report),
  );
});

async function carryOut(order: Order): Promise<Report> {
  if ('close' in order) {
    for (const listener of listeners) await listener[Symbol.asyncDispose]();
    listeners = [];
    return {};
  }
  listeners = 'adopt' in order ? await adopt() : [await listenAt(order)];
  const addresses = listeners.map(({ address }) => address);
  if (!('adopt' in order)) return { addresses };
  const { stdout } = spawnSync('sh', ['-c', 'ls -l /proc/self/fd; env | cut -d= -f1'], { encoding: 'utf8' });
  return { addresses, child: stdout };
}

function adopt(): Promise<readonly Listener[]> {
  return adoptActivatedSockets(linux, process.env, (_, response) => response.end(`${process.pid}`), options);
}

function listenAt({ listen, at }: { readonly listen: string; readonly at: number }): Promise<Listener> {
  while (Date.now() < at);
  const socket = { path: listen, mode: 0o660, group: 'tsnet' };
  return listenOnSocket(linux, socket, (_, response) => response.end(`${process.pid}`), options);
}
