/** Why something failed, for a cell of a table: one line, without what a stack or the path of a program adds to it. */
export function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^Error: /, '').replace(/^\S*\/(?=\S+ ended with )/, '');
}
