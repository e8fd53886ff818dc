/** A time, in milliseconds since 1970, as documents have it: `2030-01-31T12:00:00.000Z`. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
