import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this checkout. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Everything that the set-up brings and the repository does not hold lies in here, or in `node_modules`. */
export const cache = join(root, '.cache');

/**
 * The version of pnpm that the root manifest asks for.
 *
 * @returns {string}
 */
export function pnpmVersion() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return packageManager.replace(/^pnpm@/, '').replace(/\+.*$/, '');
}

/** The folder that holds that pnpm and nothing else. */
export const pnpmFolder = () => join(cache, `pnpm-${pnpmVersion()}`);
