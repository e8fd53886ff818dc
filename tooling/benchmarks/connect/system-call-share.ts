import type { SystemCallShare } from './subject.ts';
import { nameOfSystemCall } from './system-call-names.ts';
import { type SystemCall, SystemCallRecorder } from './system-call-recorder.ts';

const BURST = 10;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Tells how much of `count` runs of `connect` passes outside of system calls: the wall time of each minus
 * that between the entry and the exit of every call that the main thread made in it. What the recording
 * itself costs counts as outside. Undefined where nothing can be recorded.
 *
 * @param takeDown - what undoes a burst of them; it is not counted.
 */
export async function measureShare<T>(
  count: number,
  connect: () => Promise<T>,
  takeDown: (connected: readonly T[]) => Promise<void>,
): Promise<SystemCallShare | undefined> {
  const cpu = { user: 0, system: 0 };
  await inBursts(count, takeDown, async () => {
    const before = process.threadCpuUsage();
    const connected = await connect();
    const { user, system } = process.threadCpuUsage(before);
    cpu.user += user;
    cpu.system += system;
    return connected;
  });

  using recorder = SystemCallRecorder.open();
  if (recorder === undefined) return undefined;
  const spans: Span[] = [];
  recorder.start();
  await inBursts(count, takeDown, async () => {
    const start = now();
    const connected = await connect();
    spans.push({ start, end: now() });
    return connected;
  });
  return attribute(spans, recorder.stop(), cpu);
}

async function inBursts<T>(
  count: number,
  takeDown: (connected: readonly T[]) => Promise<void>,
  connect: () => Promise<T>,
): Promise<void> {
  for (let left = count; left > 0; left -= BURST) {
    const connected: T[] = [];
    for (let index = 0; index < Math.min(BURST, left); index++) connected.push(await connect());
    await takeDown(connected);
  }
}

function attribute(
  spans: readonly Span[],
  calls: readonly SystemCall[],
  cpu: SystemCallShare['cpu'],
): SystemCallShare {
  const sums = new Map<number, { microseconds: number; calls: number }>();
  const perSpan = spans.map(({ start, end }) => {
    const within = calls.filter((call) => call.start >= start && call.start < end);
    for (const { number, microseconds } of within) {
      const sum = sums.get(number) ?? { microseconds: 0, calls: 0 };
      sums.set(number, { microseconds: sum.microseconds + microseconds, calls: sum.calls + 1 });
    }
    return {
      wall: end - start,
      inside: within.reduce((sum, { microseconds }) => sum + microseconds, 0),
      calls: within.length,
    };
  });
  const byCall = [...sums]
    .map(([number, sum]) => ({
      name: nameOfSystemCall(number),
      microseconds: sum.microseconds / spans.length,
      calls: sum.calls / spans.length,
    }))
    .sort((a, b) => b.microseconds - a.microseconds);
  return {
    wall: perSpan.map(({ wall }) => wall),
    inside: perSpan.map(({ inside }) => inside),
    calls: perSpan.map(({ calls: made }) => made),
    byCall,
    cpu,
  };
}

/** Microseconds on the clock of the trace: Node's is CLOCK_MONOTONIC too. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
