/** Tells whoever waits for the tables how far the run is. */
export function progress(line: string): void {
  console.error(line);
}
