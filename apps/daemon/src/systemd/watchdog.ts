/** What a watchdog works with. */
export interface WatchdogOptions {
  /** How long the service manager waits for a message; 0: it does not. */
  readonly milliseconds: number;
  /** The signal fires when the answer would come too late. */
  readonly isHealthy: (signal: AbortSignal) => boolean | Promise<boolean>;
  readonly tell: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** Tells at once and then twice in the time that there is, if the daemon is healthy each time. */
export function startWatchdog({ milliseconds, isHealthy, tell, onFailure }: WatchdogOptions): Disposable {
  if (milliseconds <= 0) return { [Symbol.dispose]() {} };
  const period = milliseconds / 2;
  let isAsking = false;
  const beat = async () => {
    // One check at a time: a second one would hang as well.
    if (isAsking) return;
    isAsking = true;
    try {
      if (await isHealthy(AbortSignal.timeout(Math.ceil(period)))) await tell();
    } catch (error) {
      onFailure(error);
    } finally {
      isAsking = false;
    }
  };
  const run = () => void beat();
  run();
  const timer = setInterval(run, period).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
