#!/usr/bin/env node
import { createServer } from 'node:http';
import { pino } from 'pino';
import { startDaemon } from './daemon.ts';

const [, , socket = '/run/tsnet/tsnet.sock', stateDir = '/var/lib/tsnet'] = process.argv;
const log = pino({ level: 'info' });
const daemon = await startDaemon({
  stateDir,
  repair: true,
  metrics: true,
  docs: true,
  maxBodyBytes: 1 << 20,
  version: '0.0.0',
  log,
  onFailure: (error) => {
    throw error;
  },
});
const server = createServer(daemon.handle);
server.listen(socket, () => log.info(`listening on ${socket}, ready in ${Math.round(performance.now())} ms`));
process.once('SIGTERM', async () => {
  daemon.drain();
  server.close();
  await daemon[Symbol.asyncDispose]();
});
