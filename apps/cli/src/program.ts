import { Command } from 'commander';
import { CliCommand } from './cli-command.ts';
import { addDeclareCommands } from './commands/declare.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEndpointCommands } from './commands/endpoint.ts';
import { addIpamCommands } from './commands/ipam.ts';
import { addNetnsCommands } from './commands/netns.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPortCommands } from './commands/port.ts';
import { addRepairCommands } from './commands/repair.ts';
import { addRunCommands } from './commands/run.ts';
import { describeExitCodes } from './exit-code.ts';

/** The whole of `tsnet`, or so much of it as a command line names, ready to parse it. */
export function createProgram(words?: readonly string[]): CliCommand {
  const program = new CliCommand('tsnet');
  program.words = words;
  program
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

  program.commandsGroup('Networks:');
  addNetworkCommands(program);
  addEndpointCommands(program);
  addPortCommands(program);
  addIpamCommands(program);
  program.commandsGroup('Sandboxes:');
  addRunCommands(program);
  addNetnsCommands(program);
  program.commandsGroup('Files:');
  addDeclareCommands(program);
  program.commandsGroup('Host:');
  addRepairCommands(program);
  addDoctorCommand(program);
  return program;
}
