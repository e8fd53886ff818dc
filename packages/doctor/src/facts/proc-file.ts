import { readFileSync } from 'node:fs';

/** Codes with which a file that the kernel does not have is told: ENOTDIR on the way, ENOENT at its end. */
const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/** The text of a file of /proc, trimmed; undefined where this kernel or namespace has none. */
export function findText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && absent.has(`${error.code}`)) return undefined;
    throw error;
  }
}

/** As {@link findText}, a number. */
export function findNumber(file: string): number | undefined {
  const text = findText(file);
  return text === undefined ? undefined : Number(text);
}
