import { Command } from 'commander';
import { CliCommand } from './cli-command.ts';
import { addApplyCommand, addDestroyCommand, addDiffCommand } from './commands/declare.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEndpointCommands } from './commands/endpoint.ts';
import { addEventsCommand } from './commands/events.ts';
import { addIpamCommands } from './commands/ipam.ts';
import { addNetnsCommands } from './commands/netns.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPortCommands } from './commands/port.ts';
import { addReconcileCommand, addStatusCommand } from './commands/repair.ts';
import { addExecCommand, addRunCommand } from './commands/run.ts';
import { describeExitCodes } from './exit-code.ts';

/** Each heading of the help with what adds its commands, by their names. */
const sections: Readonly<Record<string, Readonly<Record<string, (program: CliCommand) => void>>>> = {
  'Networks:': {
    network: addNetworkCommands,
    endpoint: addEndpointCommands,
    port: addPortCommands,
    ipam: addIpamCommands,
  },
  'Sandboxes:': { run: addRunCommand, exec: addExecCommand, netns: addNetnsCommands },
  'Files:': { apply: addApplyCommand, diff: addDiffCommand, destroy: addDestroyCommand },
  'Host:': {
    status: addStatusCommand,
    reconcile: addReconcileCommand,
    events: addEventsCommand,
    doctor: addDoctorCommand,
  },
};

/**
 * The whole of `tsnet`, or so much of it as a command line asks for: to set up all commands takes longer than most of them do.
 *
 * @param words - the command line.
 */
export function createProgram(words: readonly string[] = []): CliCommand {
  const program = new CliCommand('tsnet')
    .description('Networks, addresses and published ports for Linux network namespaces')
    .enablePositionalOptions()
    .exitOverride();
  const [command = ''] = commandWords(words);
  const wanted = Object.values(sections).find((adders) => Object.hasOwn(adders, command))?.[command];
  if (wanted !== undefined) wanted(program);
  else addAll(program);
  return program;
}

function addAll(program: CliCommand): void {
  program
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
}

/** The words that are neither options of every command nor their values. */
function commandWords(words: readonly string[]): readonly string[] {
  const takesValue = (word: string | undefined) => word === '--state-dir' || word === '--socket';
  return words.filter((word, index) => !word.startsWith('-') && !takesValue(words[index - 1]));
}
