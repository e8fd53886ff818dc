/** A value as one JSON document. A bigint is a number where no digit is lost, else a string of its digits. */
export function formatJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, replaceBigInt, indent);
}

function replaceBigInt(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
}
