import type { Summary } from '../shared/statistics.ts';

/** A median with its spread. */
export function spread({ median, p10, p90 }: Summary): string {
  return `${digits(median)} (${digits(p10)}–${digits(p90)})`;
}

/** As few digits as say something. */
export function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** Milliseconds in words. */
export function milliseconds(value: number): string {
  return `${digits(value)} ms`;
}

/** A million bytes in words. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A ratio in words. */
export function ratio(value: number): string {
  return `${value.toFixed(2)} times`;
}
