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

  apply(commands: string): LibnftablesResult {
    return this.#run(['--file', '-'], commands);
  }

  list(command: string): LibnftablesResult {
    // With --json, nft tries its input as JSON first and then opens /dev/stdin anew, which a socket refuses.
    return this.#run([...LISTING_ARGUMENTS, ...command.split(' ')], '');
  }

  close(): void {}

  #run(args: readonly string[], input: string): LibnftablesResult {
    const result = inNetns(this.#place.linux, this.#place.netns, () =>
      execaSync(PROGRAM, args, { ...OPTIONS, input }),
    );
    if (result.failed && result.exitCode === undefined) {
      throw new NftablesMissingError('the nft program cannot be run any more', result);
    }
    return { succeeded: !result.failed, output: result.stdout, error: result.stderr };
  }
}
