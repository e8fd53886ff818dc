import { InvalidValueError } from '../errors.ts';

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const LONGEST_DAYS = 365_000;

/**
 * Reads a length of time, a whole number with its unit, as milliseconds: `500ms`, `30s`, `10m`, `2h`, `7d`.
 *
 * @throws {@link InvalidValueError}
 */
export function parseDuration(option: string, text: string): number {
  const [, digits, unit] = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text) ?? [];
  const hint = 'Write a whole number and its unit: 500ms, 30s, 10m, 2h or 7d.';
  if (digits === undefined) throw new InvalidValueError(option, text, 'it is no length of time', hint);
  const duration = Number(digits) * milliseconds[unit as keyof typeof milliseconds];
  if (duration <= LONGEST_DAYS * milliseconds.d) return duration;
  throw new InvalidValueError(option, text, `it is longer than ${LONGEST_DAYS} days`, hint);
}

/** A length of time in its largest whole unit: `10m`. */
export function formatDuration(duration: number): string {
  const units = Object.entries(milliseconds).toReversed();
  const [unit, length] = units.find(([, length]) => duration % length === 0) ?? ['ms', 1];
  return `${duration / length}${unit}`;
}
