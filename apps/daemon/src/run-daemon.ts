import { once } from 'node:events';
import { openLinux } from '@tsnet/linux';
import type { DaemonConfig } from './config/daemon-config.ts';
import { HostThread, stateFileIn } from './host-thread/host-thread.ts';
import { Resources } from './resources.ts';

/** Runs the daemon until it is told to end, or something without which it cannot go on has failed: that is thrown. */
export async function runDaemon(config: DaemonConfig, version: string): Promise<void> {
  const { stateDir, repair } = config;
  await using resources = new Resources();
  // The engine starts beside this thread, which has its own things to load.
  const host = resources.use(new HostThread({ stateFile: stateFileIn(stateDir), repair }));
  const [{ pino }, { startDaemon }, { openListeners }, { openNotifier }] = await Promise.all([
    import('pino'),
    import('./daemon.ts'),
    import('./listen/open-listeners.ts'),
    import('./systemd/notifier.ts'),
  ]);
  const log = pino({ level: config.log.level });
  const linux = openLinux();
  const notifier = openNotifier({
    linux,
    environment: process.env,
    onFailure: (error) => log.warn({ err: error }, 'the service manager was not told'),
  });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const ended = signalled();
  const daemon = resources.use(
    await startDaemon({ ...config, host, version, log, onFailure: failed.reject }),
  );
  const listeners = resources.use(
    await openListeners(config, daemon.handle, {
      linux,
      environment: process.env,
      onReloadFailure: (error) => log.error({ err: error }, 'the certificates stay as they were'),
    }),
  );
  const reload = async () => {
    await notifier.reloading();
    listeners.reload();
    await notifier.ready();
  };
  const onHangup = () => void reload().catch(failed.reject);
  process.on('SIGHUP', onHangup);
  resources.defer(() => void process.off('SIGHUP', onHangup));
  resources.use(notifier.startWatchdog(() => host.ping().then(() => true)));
  const { addresses } = listeners;
  await notifier.ready(`listening on ${addresses.join(', ')}`);
  log.info({ addresses, version, milliseconds: Math.round(performance.now()) }, 'ready');
  const signal = await Promise.race([ended, failed.promise]);
  log.info({ signal }, 'draining');
  await notifier.stopping();
  daemon.drain();
  await resources[Symbol.asyncDispose]();
  log.info('ended');
}

/** The first signal that asks the process to end; a second one ends it at once. */
async function signalled(): Promise<NodeJS.Signals> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const first = await Promise.race(signals.map((signal) => once(process, signal).then(() => signal)));
  for (const signal of signals) process.once(signal, () => process.exit(1));
  return first;
}
