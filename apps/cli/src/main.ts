#!/usr/bin/env node
import { CommanderError } from 'commander';
import { CliCommand } from './cli-command.ts';
import { OutputError, toTsnetError } from './errors.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { Output } from './output/output.ts';
import { createProgram } from './program.ts';

process.stdout.on('error', outputFailed);
// There is no place left to say it.
process.stderr.on('error', () => {});
void main(process.argv).then((code) => {
  process.exitCode = code;
});

/** Carries out one command line. */
async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram(argv.slice(2));
  let globals = globalsBeforeParsing(argv);
  program.hook('preAction', (_, command) => {
    if (command instanceof CliCommand) globals = command.globals;
  });
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    // Help and version have been printed; a group without its command is a mistake.
    if (thrown instanceof CommanderError)
      return thrown.exitCode === 0 ? Number(process.exitCode ?? 0) : exitCodes.invalid;
    const error = toTsnetError(thrown);
    const { json = false, verbose = false } = globals;
    const stack = process.env.TSNET_DEBUG === '1' || (verbose && error.kind === 'internal');
    new Output({ json, stdout: process.stdout, stderr: process.stderr }).error(error, { stack });
    return exitCodeOf(thrown);
  }
}

/** What the error of a command line that cannot be parsed should look like. */
function globalsBeforeParsing(argv: readonly string[]): CliCommand['globals'] {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return { json: words.includes('--json'), verbose: words.includes('--verbose') };
}

/** Who reads the output may stop reading it, as `head` does; anything else is a result that was lost. */
function outputFailed(cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE') return;
  const error = new OutputError(cause);
  const { json = false } = globalsBeforeParsing(process.argv);
  new Output({ json, stdout: process.stdout, stderr: process.stderr }).error(error, { stack: false });
  process.exitCode ||= exitCodeOf(error);
}
