import { InvalidLeaseError } from './errors.ts';

/** 2^48 - 1: times have 12 hexadecimal digits in keys. It is a day in the year 10889. */
const LATEST = 2 ** 48 - 1;

/** A thousand years, in milliseconds. */
const LONGEST = 1000 * 366 * 24 * 60 * 60 * 1000;

/** Whether a number can be a time: an integer of milliseconds since 1970 up to the year 10889. */
export function isTime(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LATEST;
}

/**
 * Refuses a clock that tells no time: it becomes part of keys and counters, which nothing else may get into.
 *
 * @throws InvalidLeaseError
 */
export function checkTime(operation: string, now: number | undefined): void {
  if (now === undefined || isTime(now)) return;
  const hint = 'Give an integer of milliseconds since 1970.';
  throw new InvalidLeaseError(operation, `at ${now}`, 'that is no time', hint);
}

/** Whether a number can be a length of time: an integer of milliseconds up to a thousand years. */
export function isDuration(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LONGEST;
}

/** A time that is due after another one; a clock near its end stands still. */
export function later(time: number, milliseconds: number): number {
  return Math.min(time + milliseconds, LATEST);
}

/** Fixed width, so that keys sort as times do. */
export function encodeTime(time: number): string {
  return time.toString(16).padStart(12, '0');
}

/** The time of {@link encodeTime}. */
export function decodeTime(digits: string): number {
  return Number.parseInt(digits, 16);
}
