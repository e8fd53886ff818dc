import type { Backend } from './backend.ts';
import { NftablesMissingError } from './errors.ts';

/** The backends at hand; each gives undefined where it is missing. */
export interface BackendChoices {
  readonly openLibrary: () => Backend | undefined;
  readonly openProgram: () => Backend | undefined;
  readonly onFallback: ((reason: string) => void) | undefined;
}

/**
 * Opens the backend that was asked for; `auto` takes the library, and the program where there is none.
 *
 * @throws {@link NftablesMissingError}
 */
export function chooseBackend(wanted: 'auto' | 'libnftables' | 'nft', choices: BackendChoices): Backend {
  const library = wanted === 'nft' ? undefined : choices.openLibrary();
  if (library !== undefined) return library;
  if (wanted === 'libnftables') throw new NftablesMissingError(NO_LIBRARY);
  const program = choices.openProgram();
  if (program === undefined) {
    throw new NftablesMissingError(wanted === 'nft' ? NO_PROGRAM : `${NO_LIBRARY}, and ${NO_PROGRAM}`);
  }
  if (wanted === 'auto') choices.onFallback?.(NO_LIBRARY);
  return program;
}

const NO_LIBRARY = 'libnftables.so.1 cannot be loaded';
const NO_PROGRAM = 'the nft program cannot be run';
