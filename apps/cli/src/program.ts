import { exitCodes } from '@tsnet/errors';
import { Command, CommanderError } from 'commander';
import { CliCommand } from './cli-command.ts';
import { sections } from './commands.ts';
import { describeExitCodes } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';

/**
 * Reads a command line, says what is wrong with it, gives help, or carries it out.
 *
 * @param onGlobals - told of its global options before it is carried out.
 * @returns the exit code.
 */
export async function runProgram(
  argv: readonly string[],
  onGlobals: (globals: GlobalOptions) => void,
): Promise<number> {
  const program = createProgram().hook('preAction', (_, command) => {
    if (command instanceof CliCommand) onGlobals(command.globals);
  });
  try {
    await program.parseAsync(argv);
  } catch (thrown) {
    // Help and version have been printed; a group without its command is a mistake.
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) return exitCodes.invalid;
  }
  return Number(process.exitCode ?? 0);
}

/** The whole of `tsnet`, ready to parse a command line. */
export function createProgram(): CliCommand {
  const program = new CliCommand('tsnet')
    .description('Networks, addresses and published ports for Linux network namespaces')
    .enablePositionalOptions()
    .exitOverride()
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('show the help of a command')
        .helpOption(false)
        .helpGroup('Help:'),
    )
    .examples(
      'tsnet network create web',
      'tsnet run --network web -p 8080:80 -- node server.js',
      'tsnet network --help',
    )
    .addHelpText('after', () => `\nExit codes:\n${describeExitCodes()}`);
  for (const [heading, adders] of Object.entries(sections)) {
    program.commandsGroup(heading);
    for (const add of Object.values(adders)) add(program);
  }
  return program;
}
