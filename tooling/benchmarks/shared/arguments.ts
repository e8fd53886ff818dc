/** What `parse` returns; where it throws, prints why with the usage and ends the process. */
export function orUsage<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

/** Numbers with commas between them, in rising order; `least` is the smallest that makes sense. */
export function parseList(text: string, least: number): readonly number[] {
  return text
    .split(',')
    .map((part) => parseCount(part, least))
    .sort((a, b) => a - b);
}

/** A whole number of at least `least`. */
export function parseCount(text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || text === '') {
    throw new Error(`${JSON.stringify(text)} is not a whole number of at least ${least}`);
  }
  return value;
}
