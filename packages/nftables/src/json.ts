import { CorruptNftablesListingError } from './errors.ts';

/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether it is a JSON object. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that must be text. */
export function text(record: JsonRecord, key: string): string {
  const value = record[key];
  if (typeof value !== 'string') throw new CorruptNftablesListingError('a listing', `"${key}" is no text`);
  return value;
}

/** A member that must be an integer. */
export function wholeNumber(record: JsonRecord, key: string): number {
  const value = record[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new CorruptNftablesListingError('a listing', `"${key}" is no integer`);
  }
  return value;
}
