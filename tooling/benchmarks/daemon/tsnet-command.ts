import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../apps/cli');

/** The command that asks the daemon at a socket, as its package names the program. */
export function tsnetCommand(socket: string, ...args: readonly string[]): readonly string[] {
  const { bin }: { readonly bin: { readonly tsnet: string } } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const program = join(folder, bin.tsnet);
  // A script is run by this Node.js, as the empty one that it is compared with.
  const isScript = /\.[cm]?js$/.test(program);
  return [...(isScript ? [process.execPath] : []), program, '--socket', socket, ...args];
}
