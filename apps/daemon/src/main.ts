#!/usr/bin/env node
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HostThread, stateFileIn } from './host-thread/host-thread.ts';

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      socket: { type: 'string', default: '/run/tsnet/tsnet.sock' },
      'state-dir': { type: 'string', default: '/var/lib/tsnet' },
      'no-repair': { type: 'boolean', default: false },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  const stateDir = values['state-dir'];
  // The engine starts beside this thread, which has its own things to load.
  const host = new HostThread({ stateFile: stateFileIn(stateDir), repair: !values['no-repair'] });
  const [{ createServer }, { pino }, { startDaemon }] = await Promise.all([
    import('node:http'),
    import('pino'),
    import('./daemon.ts'),
  ]);
  const log = pino({ level: values['log-level'] });
  const daemon = await startDaemon({
    host,
    stateDir,
    metrics: true,
    docs: true,
    maxBodyBytes: 1 << 20,
    version: '0.0.0',
    log,
    onFailure: (error) => {
      throw error;
    },
  });
  await rm(values.socket, { force: true });
  const server = createServer(daemon.handle);
  server.listen(values.socket, () =>
    log.info(`listening on ${values.socket}, ready in ${Math.round(performance.now())} ms`),
  );
  process.once('SIGTERM', async () => {
    daemon.drain();
    server.close();
    await daemon[Symbol.asyncDispose]();
  });
}
