import { inNetns, type LibnftablesResult } from '@tsnet/linux';
import { execaSync } from 'execa';
import type { Backend, Place } from './backend.ts';
import { NftablesMissingError } from './errors.ts';

/** The `nft` program, one process a transaction. Undefined where it is missing. */
export function openProgramBackend(place: Place): Backend | undefined {
  const version = execaSync(PROGRAM, ['--version'], OPTIONS);
  return version.failed ? undefined : new ProgramBackend(place);
}

const PROGRAM = 'nft';
const LISTING_ARGUMENTS = ['--json', '--handle', '--numeric-protocol', '--numeric-priority'];
const OPTIONS = {
  reject: false,
  stripFinalNewline: false,
  // Complaints are recognised by their English text.
  env: { LC_ALL: 'C' },
  maxBuffer: 1 << 30,
} as const;

class ProgramBackend implements Backend {
  readonly name = 'nft';
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  execute(commands: string, json: boolean): LibnftablesResult {
    const args = [...(json ? LISTING_ARGUMENTS : []), '--file', '-'];
    const result = inNetns(this.#place.linux, this.#place.netns, () =>
      execaSync(PROGRAM, args, { ...OPTIONS, input: commands }),
    );
    if (result.failed && result.exitCode === undefined) {
      throw new NftablesMissingError('the nft program cannot be run any more', result);
    }
    return { succeeded: !result.failed, output: result.stdout, error: result.stderr };
  }

  close(): void {}
}
