import { once } from 'node:events';
import { openLinux } from '@tsnet/linux';
import type { DaemonConfig } from './config/daemon-config.ts';
import { HostThread, stateFileIn } from './host-thread/host-thread.ts';

/** Runs the daemon until it is told to end, or something without which it cannot go on has failed: that is thrown. */
export async function runDaemon(config: DaemonConfig, version: string): Promise<void> {
  const { stateDir, repair } = config;
  // The engine starts beside this thread, which has its own things to load.
  const host = new HostThread({ stateFile: stateFileIn(stateDir), repair });
  await using stack = new AsyncDisposableStack();
  stack.use(host);
  const [{ pino }, { startDaemon }, { openListeners }] = await Promise.all([
    import('pino'),
    import('./daemon.ts'),
    import('./listen/open-listeners.ts'),
  ]);
  const log = pino({ level: config.log.level });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const ended = signalled();
  const daemon = stack.use(await startDaemon({ ...config, host, version, log, onFailure: failed.reject }));
  const listeners = stack.use(
    await openListeners(config, daemon.handle, {
      linux: openLinux(),
      environment: process.env,
      onReloadFailure: (error) => log.error({ err: error }, 'the certificates stay as they were'),
    }),
  );
  const reload = () => listeners.reload();
  process.on('SIGHUP', reload);
  stack.defer(() => void process.off('SIGHUP', reload));
  const milliseconds = Math.round(performance.now());
  log.info({ addresses: listeners.addresses, version, milliseconds }, 'ready');
  const signal = await Promise.race([ended, failed.promise]);
  log.info({ signal }, 'draining');
  daemon.drain();
  await stack.disposeAsync();
  log.info('ended');
}

/** The first signal that asks the process to end; a second one ends it at once. */
async function signalled(): Promise<NodeJS.Signals> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const first = await Promise.race(signals.map((signal) => once(process, signal).then(() => signal)));
  for (const signal of signals) process.once(signal, () => process.exit(1));
  return first;
}
