/** A value at a time. */
export interface Reading {
  readonly seconds: number;
  readonly bytes: number;
}

/** Bytes a second by which a least-squares line through readings rises; undefined for fewer than two. */
export function slopeOf(readings: readonly Reading[]): number | undefined {
  if (readings.length < 2) return undefined;
  const meanSeconds = mean(readings.map(({ seconds }) => seconds));
  const meanBytes = mean(readings.map(({ bytes }) => bytes));
  let products = 0;
  let squares = 0;
  for (const { seconds, bytes } of readings) {
    products += (seconds - meanSeconds) * (bytes - meanBytes);
    squares += (seconds - meanSeconds) ** 2;
  }
  return products / squares;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
