import { resolve } from 'node:path';
import { exitCodes } from '@tsnet/errors';
import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { socketPathFault } from './check-rules.ts';
import { defaultConfigFile, type LogLevel, logLevels } from './daemon-config.ts';
import { UsageError } from './errors.ts';
import type { ConfigFlags, ConfigRequest } from './load-config.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly action: 'run'; readonly config: ConfigRequest }
  | { readonly action: 'check-config'; readonly config: ConfigRequest; readonly json: boolean }
  /** Help or the version: to be printed, and no more. */
  | { readonly action: 'print'; readonly text: string };

interface Options {
  readonly config?: string;
  readonly stateDir?: string;
  readonly socket?: string;
  /** True unless `--no-repair` is given. */
  readonly repair: boolean;
  readonly logLevel?: LogLevel;
  readonly json?: boolean;
}

/**
 * Reads a command line, without the program before it.
 *
 * @throws {@link UsageError}
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let printed = '';
  let result: CommandLine | undefined;
  const program = createProgram((commandLine) => {
    result = commandLine;
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {} });
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { action: 'print', text: printed };
    throw new UsageError('tsnetd', error.message.replace(/^error: /, ''), 'See: tsnetd --help');
  }
  return result ?? { action: 'print', text: printed };
}

function createProgram(found: (commandLine: CommandLine) => void): Command {
  const program = new Command('tsnetd')
    .description(
      'Holds the networks of a host: one API for all programs, events, metrics, and repair by itself',
    )
    .version(manifest.version)
    .helpCommand(false)
    .addHelpText('after', `\nExit codes:\n${describeExitCodes()}`);
  for (const option of configOptions()) program.addOption(option);
  program.action((_: Options, command: Command) => {
    found({ action: 'run', config: requestOf(command.optsWithGlobals<Options>()) });
  });
  program
    .command('check-config')
    .description('check the configuration and print all of it; nothing is started')
    .option('--json', 'print one JSON document')
    .action((_: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      found({ action: 'check-config', config: requestOf(options), json: options.json === true });
    });
  return program;
}

function configOptions(): readonly Option[] {
  return [
    new Option(
      '--config <file>',
      `read this file, in TOML or YAML (default: ${defaultConfigFile}, if there)`,
    ),
    new Option('--state-dir <path>', 'where the state is kept (default: /var/lib/tsnet)'),
    new Option('--socket <path>', 'the unix socket of the API (default: /run/tsnet/tsnet.sock)'),
    new Option('--no-repair', 'report drift, and leave it as it is'),
    new Option('--log-level <level>', 'what is logged (default: info)').choices(logLevels),
  ];
}

function requestOf({ config, stateDir, socket, repair, logLevel }: Options): ConfigRequest {
  const flags: ConfigFlags = {
    ...(stateDir === undefined ? {} : { stateDir: pathOf('--state-dir', stateDir) }),
    ...(socket === undefined ? {} : { socketPath: socketPathOf(socket) }),
    ...(repair ? {} : { repair }),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
  return { file: config === undefined ? undefined : pathOf('--config', config), flags };
}

function socketPathOf(text: string): string {
  const path = pathOf('--socket', text);
  const fault = socketPathFault(text.endsWith('/') ? text : path);
  if (fault !== undefined) throw refused('--socket', text, fault);
  return path;
}

function pathOf(flag: string, text: string): string {
  if (text === '' || text.includes('\0')) throw refused(flag, text, 'it is no path');
  return resolve(text);
}

function refused(flag: string, text: string, reason: string): UsageError {
  return new UsageError(`tsnetd ${flag} ${text}`, reason, `Give ${flag} another path.`);
}

function describeExitCodes(): string {
  const codes = Object.entries(exitCodes).map(([kind, code]) => `  ${String(code).padStart(3)}  ${kind}`);
  return ['    0  success', ...codes].join('\n');
}
