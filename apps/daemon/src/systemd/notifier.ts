import type { Linux } from '@tsnet/linux';
import { sendToNotifySocket } from './notify-socket.ts';
import { startWatchdog } from './watchdog.ts';

/**
 * Tells the service manager how the daemon fares: sd_notify(3). Where none listens, all of it does nothing. What cannot be
 * told is handed to `onFailure` and stops nobody: a daemon works as well unheard.
 */
export interface Notifier {
  /** The daemon answers requests. */
  ready(status?: string): Promise<void>;
  /** It reads its configuration again; `ready` says when that is done. */
  reloading(): Promise<void>;
  /** It has begun to end. */
  stopping(status?: string): Promise<void>;
  /** What it is at, in a line for people. */
  status(text: string): Promise<void>;
  /**
   * Tells twice in the time that the service manager allows that the daemon is alive, for as long as its event loop turns and
   * `isHealthy` resolves to true. A health check that hangs, throws or says no ends the messages, and then the service manager
   * ends the daemon. Nothing is done where it keeps no watch.
   */
  startWatchdog(isHealthy: (signal: AbortSignal) => boolean | Promise<boolean>): Disposable;
}

/** What a notifier works with. */
export interface NotifyContext {
  readonly linux: Linux;
  /** What the service manager has set; it is taken out of it, for no child speaks for the daemon. */
  readonly environment: NodeJS.ProcessEnv;
  /** Hears of what could not be told, and of health checks that throw. */
  readonly onFailure: (error: unknown) => void;
}

/** Finds out from the environment whom to tell, and how often. */
export function openNotifier({ linux, environment, onFailure }: NotifyContext): Notifier {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: interval, WATCHDOG_PID: watched } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  const tell = async (...lines: readonly string[]) => {
    if (socket === undefined || socket === '') return;
    try {
      await sendToNotifySocket(linux, socket, lines.join('\n'));
    } catch (error) {
      onFailure(error);
    }
  };
  const isWatched = socket !== undefined && (watched === undefined || watched === String(process.pid));
  const microseconds = isWatched && /^\d{1,15}$/.test(interval ?? '') ? Number(interval) : 0;
  return {
    ready: (status) => tell('READY=1', ...statusLine(status)),
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: (status) => tell('STOPPING=1', ...statusLine(status)),
    status: (text) => tell(...statusLine(text)),
    startWatchdog: (isHealthy) =>
      startWatchdog({
        milliseconds: microseconds / 1000,
        isHealthy,
        tell: () => tell('WATCHDOG=1'),
        onFailure,
      }),
  };
}

function statusLine(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`STATUS=${text.replace(/\s*\n\s*/g, ' ')}`];
}
