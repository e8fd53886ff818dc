import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type Linux, openLinux } from '@tsnet/linux';
import { afterEach, beforeEach } from 'vitest';
import { type NetnsDirectory, openNetnsDirectory } from '../src/index.ts';

/** The run directory that `ip netns` uses too. */
export const runDirectory = '/run/netns';

/**
 * Gives every test of a file the run directory, and takes away what the test left there.
 */
export function useNetnsDirectory(): { readonly linux: Linux; readonly directory: NetnsDirectory } {
  const linux = openLinux();
  const directory = openNetnsDirectory({ linux, runDirectory });
  const clear = () => {
    mkdirSync(runDirectory, { recursive: true });
    for (const name of readdirSync(runDirectory)) {
      try {
        directory.delete(name);
      } catch {
        rmSync(`${runDirectory}/${name}`, { recursive: true });
      }
    }
  };
  beforeEach(clear);
  afterEach(clear);
  return { linux, directory };
}
