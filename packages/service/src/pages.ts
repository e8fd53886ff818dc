import { InvalidCursorError } from './errors.ts';

/** How many items a page has unless it is asked for otherwise. */
export const PAGE_LIMIT = 100;

/** Which page is asked for. */
export interface PageInput {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Some of a list, with what asks for the rest. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

/**
 * The page of what was read: one item more than is asked for tells that there are more.
 *
 * @param placeOf - what is behind an item: the cursor says it.
 */
export function pageOf<T, U>(
  found: readonly T[],
  { limit = PAGE_LIMIT }: PageInput,
  placeOf: (item: T) => readonly string[],
  documentOf: (item: T) => U,
): Page<U> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const isCut = found.length > limit && last !== undefined;
  return { items: shown.map(documentOf), next: isCut ? encodeCursor(placeOf(last)) : null };
}

/** How many items are to be read for a page. */
export function lookahead({ limit = PAGE_LIMIT }: PageInput): number {
  return limit + 1;
}

/** The parts of a place, as they were given to the cursor. @throws {@link InvalidCursorError} */
export function readCursor({ cursor }: PageInput, length: number): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isPlace = Array.isArray(parts) && parts.length === length;
    if (isPlace && parts.every((part) => typeof part === 'string')) return parts;
  } catch (cause) {
    throw new InvalidCursorError(cursor, cause);
  }
  throw new InvalidCursorError(cursor);
}

/** The cursor of a place. */
export function encodeCursor(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}
