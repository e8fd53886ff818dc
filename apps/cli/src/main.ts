#!/usr/bin/env node
import { OutputError, toTsnetError } from './errors.ts';
import { exitCodeOf } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { makeInvocation } from './make-invocation.ts';
import { Output } from './output/output.ts';
import { type CommandLine, readCommandLine } from './read-command-line.ts';

process.stdout.on('error', outputFailed);
void main(process.argv).then((code) => {
  process.exitCode = code;
});

/** Carries out one command line. */
async function main(argv: readonly string[]): Promise<number> {
  let globals = globalsBeforeParsing(argv);
  try {
    const line = readCommandLine(argv.slice(2));
    if (line !== undefined) {
      globals = line.globals;
      return await carryOutLine(line);
    }
    const { runProgram } = await import('./program.ts');
    return await runProgram(argv, (parsed) => {
      globals = parsed;
    });
  } catch (thrown) {
    const error = toTsnetError(thrown);
    const { json = false, verbose = false } = globals;
    const stack = process.env.TSNET_DEBUG === '1' || (verbose && error.kind === 'internal');
    new Output(json, process).error(error, { stack });
    return exitCodeOf(thrown);
  }
}

async function carryOutLine({ path, globals, options, args, load }: CommandLine): Promise<number> {
  const act = await load();
  const code = await act(makeInvocation(path, globals, options), ...args, options);
  // Meanwhile, output may have failed.
  return typeof code === 'number' ? code : Number(process.exitCode ?? 0);
}

/** What the error of a command line that cannot be parsed should look like. */
function globalsBeforeParsing(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return { json: words.includes('--json'), verbose: words.includes('--verbose') };
}

/** Who reads the output may stop reading it, as `head` does; anything else is a result that was lost. */
function outputFailed(cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE') return;
  const error = new OutputError(cause);
  const { json = false } = globalsBeforeParsing(process.argv);
  new Output(json, process).error(error, { stack: false });
  process.exitCode ||= exitCodeOf(error);
}
