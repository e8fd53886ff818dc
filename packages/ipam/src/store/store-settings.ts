import type { StoreDurability } from './sqlite-file.ts';
import { StoreInvalidError } from './store-errors.ts';

/** What timers take: 2^31 - 1 milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Refuses settings that make no sense. @throws StoreInvalidError */
export function checkSettings(
  path: string,
  settings: {
    readonly busyTimeout: number;
    readonly pollInterval: number;
    readonly durability: StoreDurability;
  },
): void {
  const { busyTimeout, pollInterval, durability } = settings;
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw refusal(path, 'it is no path of a file');
  checkMilliseconds(path, 'busy timeout', busyTimeout, 0);
  checkMilliseconds(path, 'poll interval', pollInterval, 1);
  if (durability === 'process' || durability === 'power') return;
  throw refusal(path, `there is no durability ${JSON.stringify(durability)}: choose process or power`);
}

function checkMilliseconds(path: string, what: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= LONGEST) return;
  throw refusal(path, `${what} ${value} is not an integer from ${least} to ${LONGEST}`);
}

function refusal(path: unknown, reason: string): StoreInvalidError {
  return new StoreInvalidError(
    'open',
    typeof path === 'string' && path !== '' ? path : `path ${JSON.stringify(path)}`,
    reason,
  );
}
