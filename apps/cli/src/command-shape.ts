import type { CommandBuilder } from './command-builder.ts';
import type { Action } from './invocation.ts';

/** An option as it may be given. */
export interface OptionShape {
  /** Its name in the options that an action gets: `stateDir`. */
  readonly key: string;
  /** A flag has no value; of a list, all are kept. */
  readonly takes: 'nothing' | 'value' | 'list';
  /** What a flag means. */
  readonly flag: boolean;
  readonly isRequired: boolean;
}

/** An argument as it may be given. */
export interface ArgumentShape {
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
}

/**
 * So much of a command's description as it takes to read a command line that makes sense. To help, and to say what is wrong with
 * one that does not, is left to `CliCommand`, which takes longer to load than most commands do in all.
 */
export class CommandShape implements CommandBuilder {
  readonly children = new Map<string, CommandShape>();
  readonly #flags: Flags[] = [];
  readonly arguments: ArgumentShape[] = [];
  readonly #parent: CommandShape | undefined;
  passesThrough = false;
  load: (() => Promise<Action<readonly unknown[]>>) | undefined;

  constructor(parent?: CommandShape) {
    this.#parent = parent;
  }

  add(name: string): this {
    const child = new CommandShape(this);
    this.children.set(name, child);
    return child as this;
  }

  alias(name: string): this {
    this.#parent?.children.set(name, this);
    return this;
  }

  argument(flags: string): this {
    this.arguments.push({ isRequired: flags.startsWith('<'), isVariadic: flags.includes('...') });
    return this;
  }

  option(flags: string): this {
    return this.#take(flags, false, false);
  }

  requiredOption(flags: string): this {
    return this.#take(flags, false, true);
  }

  listOption(flags: string): this {
    return this.#take(flags, true, false);
  }

  requiredListOption(flags: string): this {
    return this.#take(flags, true, true);
  }

  dryRunOption(): this {
    return this.option('--dry-run');
  }

  passThroughOptions(): this {
    this.passesThrough = true;
    return this;
  }

  runs<A extends readonly unknown[]>(load: () => Promise<Action<A>>): this {
    this.load = load as unknown as typeof this.load;
    return this;
  }

  description(): this {
    return this;
  }

  optionsGroup(): this {
    return this;
  }

  commandsGroup(): this {
    return this;
  }

  examples(): this {
    return this;
  }

  addHelpText(): this {
    return this;
  }

  /** Its options by all their names, read anew each time: most commands are never asked. */
  readOptions(): ReadonlyMap<string, OptionShape> {
    return new Map(this.#flags.flatMap(readFlags));
  }

  #take(text: string, isList: boolean, isRequired: boolean): this {
    this.#flags.push({ text, isList, isRequired });
    return this;
  }
}

/** An option as it is described: `-p, --publish <spec>`. */
interface Flags {
  readonly text: string;
  readonly isList: boolean;
  readonly isRequired: boolean;
}

function readFlags({ text, isList, isRequired }: Flags): (readonly [string, OptionShape])[] {
  const takes = !text.includes('<') ? 'nothing' : isList ? 'list' : 'value';
  const names = text.split(/[ ,]+/).filter((word) => word.startsWith('-'));
  const long = names.at(-1) ?? '';
  const flag = !long.startsWith('--no-');
  const key = long.slice(flag ? 2 : 5).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return names.map((name) => [name, { key, takes, flag, isRequired }]);
}
