import type { Action } from './invocation.ts';

/** What commands are described with, whoever reads the description: see `CliCommand` and `CommandShape`. */
export interface CommandBuilder {
  /** Adds a command of this group, or a group of this program. */
  add(name: string): this;
  alias(name: string): this;
  description(text: string): this;
  /** `<name>`, or `[name]` for what may be left out; `<name...>` takes all that follow. */
  argument(flags: string, description: string): this;
  /** `-f, --force`, `--name <value>`, or `--no-name` for what is on by default. */
  option(flags: string, description: string): this;
  requiredOption(flags: string, description: string): this;
  /** An option that may be given several times; its value is the array of all. */
  listOption(flags: string, description: string): this;
  /** As {@link listOption}, given at least once. */
  requiredListOption(flags: string, description: string): this;
  /** The option of every command that changes something: see {@link Invocation.dryRun}. */
  dryRunOption(): this;
  /** Options behind the first argument belong to the program that it names. */
  passThroughOptions(): this;
  optionsGroup(heading: string): this;
  commandsGroup(heading: string): this;
  /** Adds examples to the help: command lines without the prompt. */
  examples(...lines: readonly string[]): this;
  addHelpText(position: 'after', text: string): this;
  /** Names the action, whose code is loaded when the command is run and not before. */
  runs<A extends readonly unknown[]>(load: () => Promise<Action<A>>): this;
}
