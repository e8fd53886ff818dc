import { readFileSync } from 'node:fs';
import { defaultSocket } from '@tsnet/api';
import { Command, CommanderError, type ErrorOptions, type HelpContext, Option } from 'commander';
import { CliHelp, globalOptionsHeading } from './cli-help.ts';
import type { CommandBuilder } from './command-builder.ts';
import { InvalidValueError, UsageError } from './errors.ts';
import { defaultStateDirectory, type GlobalOptions } from './global-options.ts';
import type { Action } from './invocation.ts';
import { makeInvocation } from './make-invocation.ts';

/**
 * A command that knows the global options, so that they may stand before or behind any subcommand, and that
 * throws errors of tsnet's own for what it cannot read.
 */
export class CliCommand extends Command implements CommandBuilder {
  constructor(name?: string) {
    super(name);
    const options = [
      new Option('--state-dir <path>', `where the state is kept (default: ${defaultStateDirectory})`),
      new Option('--socket <path>', `where tsnetd listens, or none (default: ${defaultSocket})`),
      new Option('--json', 'print one JSON document instead of text'),
      new Option('--verbose', 'tell each step and its milliseconds on stderr'),
      new Option('--version', 'print the version').hideHelp(name !== 'tsnet'),
    ];
    for (const option of options) this.addOption(option.helpGroup(globalOptionsHeading));
    this.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(globalOptionsHeading));
    this.on('option:version', () => {
      process.stdout.write(`${version()}\n`);
      throw new CommanderError(0, 'commander.version', version());
    });
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  override createHelp(): CliHelp {
    return Object.assign(new CliHelp(), this.configureHelp());
  }

  /** An option with one value is given once: of two, neither would be what was meant. */
  override addOption(option: Option): this {
    if (option.required && option.parseArg === undefined) option.argParser(onlyValue(option));
    return super.addOption(option);
  }

  /** Adds a command of this group, or a group of this program. */
  add(name: string): this {
    const command = this.createCommand(name);
    command.copyInheritedSettings(this);
    this.addCommand(command);
    return command as this;
  }

  /** Adds examples to the help: command lines without the prompt. */
  examples(...lines: readonly string[]): this {
    return this.addHelpText('after', ['\nExamples:', ...lines.map((line) => `  $ ${line}`)].join('\n'));
  }

  /** An option that may be given several times; its value is the array of all. */
  listOption(flags: string, description: string): this {
    return this.addOption(listOption(flags, description));
  }

  /** As {@link listOption}, given at least once. */
  requiredListOption(flags: string, description: string): this {
    return this.addOption(listOption(flags, description).makeOptionMandatory());
  }

  /** The option of every command that changes something: see {@link Invocation.dryRun}. */
  dryRunOption(): this {
    return this.option('--dry-run', 'print what would be done, and change nothing');
  }

  /** Names the action, whose code is loaded when the command is run and not before. */
  runs<A extends readonly unknown[]>(load: () => Promise<Action<A>>): this {
    return this.action(async (...received: unknown[]) => {
      const act = await load();
      // The last argument is the command itself.
      const args = received.slice(0, -1) as unknown as A;
      const code = await act(makeInvocation(this.path, this.globals, this.opts()), ...args);
      if (typeof code === 'number') process.exitCode = code;
    });
  }

  /** The command as it was typed, by its name or its alias, without options: `tsnet network ls`. */
  get path(): string {
    if (!(this.parent instanceof CliCommand)) return this.name();
    const typed = this.parent.args.find((word) => word === this.name() || this.aliases().includes(word));
    return `${this.parent.path} ${typed ?? this.name()}`;
  }

  /** The global options, wherever among the commands they stood; the innermost counts. */
  get globals(): GlobalOptions {
    const outer = this.parent instanceof CliCommand ? this.parent.globals : {};
    return { ...outer, ...this.opts<GlobalOptions>() };
  }

  override error(message: string, _options?: ErrorOptions): never {
    const [first = '', ...others] = message.replace(/^error: /, '').split('\n');
    const suggestion = others.join(' ').replace(/^\((.*)\)$/, '$1 ');
    throw new UsageError(`"${this.path}"`, first, `${suggestion}See: ${this.path} --help`);
  }

  /** A group without its command shows its help; for a program that reads JSON it is an error like others. */
  override help(context?: HelpContext | ((text: string) => string)): never {
    const isMistake = typeof context === 'object' && context.error;
    if (isMistake && this.globals.json) this.error('error: a command is missing');
    return super.help({ error: isMistake });
  }
}

function onlyValue(option: Option): (value: string, previous?: string) => string {
  return (value, previous) => {
    if (previous === undefined) return value;
    const reason = `it is given twice, first as ${JSON.stringify(previous)}`;
    throw new InvalidValueError(option.long ?? option.flags, value, reason, 'Give the option once.');
  };
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, previous: readonly string[] = []) => [
    ...previous,
    value,
  ]);
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest).version;
}
