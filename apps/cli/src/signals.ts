import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** Signals by which people and service managers ask a program to end. */
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit code that shells give to a program that a signal has ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Signals that arrived while they were held. */
export interface HeldSignals extends Disposable {
  /** The first that arrived. */
  readonly received: NodeJS.Signals | undefined;
  /** Fires with it. */
  readonly signal: AbortSignal;
}

/**
 * Lets an operation, which takes milliseconds, come to its end when the program is asked to end, so that
 * nothing is left half-done.
 */
export function holdSignals(): HeldSignals {
  let received: NodeJS.Signals | undefined;
  const stop = new AbortController();
  const note = (signal: NodeJS.Signals) => {
    received ??= signal;
    stop.abort(received);
  };
  for (const signal of ending) process.on(signal, note);
  return {
    get received() {
      return received;
    },
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const signal of ending) process.off(signal, note);
    },
  };
}

/** Hands signals on to a child for as long as it lives. */
export function forwardSignals(child: ChildProcess): Disposable {
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends its interrupt to the child as well: twice would make many programs give up at once.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of ending) process.on(signal, forward);
  return {
    [Symbol.dispose]() {
      for (const signal of ending) process.off(signal, forward);
    },
  };
}
