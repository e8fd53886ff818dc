import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { openLibnftables } from '@tsnet/linux';

/** By what nftables can be reached. */
export interface LibraryFacts {
  /** `libnftables.so.1` can be loaded into this process. */
  readonly libnftables: boolean;
  /** The `nft` program is found by PATH. */
  readonly nftProgram: boolean;
}

/** Looks for both; the program is not started. @param searchPath - as PATH has it. */
export function readLibraries(searchPath: string): LibraryFacts {
  return {
    libnftables: openLibnftables() !== undefined,
    nftProgram: searchPath.split(':').some((directory) => isExecutable(join(directory, 'nft'))),
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
