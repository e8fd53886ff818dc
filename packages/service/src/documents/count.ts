/** A count as documents have it: a string of digits where a double would lose some. */
export function countOf(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
}
