import { CommandShape, type OptionShape } from './command-shape.ts';
import { sections } from './commands.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Action } from './invocation.ts';

/** A command line that makes sense. */
export interface CommandLine {
  /** The command as it was typed: `tsnet network ls`. */
  readonly path: string;
  readonly globals: GlobalOptions;
  /** Of the command's own. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly args: readonly unknown[];
  readonly load: () => Promise<Action<readonly unknown[]>>;
}

/**
 * Reads a command line of the plain sort. Whatever could be a mistake, asks for help, or is written in a rarer way is left to
 * commander: undefined.
 */
export function readCommandLine(words: readonly string[]): CommandLine | undefined {
  const shared = globalShapes();
  const globals: Record<string, unknown> = {};
  const options: Record<string, unknown> = {};
  const texts: string[] = [];
  let path = 'tsnet';
  let shape: CommandShape | undefined;
  let own: ReadonlyMap<string, OptionShape> = new Map();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word.startsWith('-')) {
      const [name = '', attached] = splitOption(word);
      const option = own.get(name) ?? shared.get(name);
      const value = option?.takes === 'nothing' || attached !== undefined ? attached : words[++index];
      const target = shared.has(name) ? globals : options;
      if (option === undefined || !keep(target, option, value)) return undefined;
    } else if (shape?.load !== undefined) {
      texts.push(word);
    } else {
      shape = shape === undefined ? shapeOf(word) : shape.children.get(word);
      path = `${path} ${word}`;
      if (shape === undefined || shape.passesThrough) return undefined;
      if (shape.load !== undefined) own = shape.readOptions();
    }
  }
  const args = shape === undefined ? undefined : readArguments(shape, texts);
  if (shape?.load === undefined || args === undefined) return undefined;
  const isWhole = [...own.values()].every(({ key, isRequired }) => !isRequired || key in options);
  if (!isWhole) return undefined;
  // What is on unless it is denied.
  for (const { key, flag } of own.values()) if (!flag) options[key] ??= true;
  return { path, globals, options, args, load: shape.load };
}

/** A description is read only of what a command line names. */
function shapeOf(name: string): CommandShape | undefined {
  const add = Object.values(sections).find((adders) => Object.hasOwn(adders, name))?.[name];
  const program = new CommandShape();
  add?.(program);
  return program.children.get(name);
}

function globalShapes(): ReadonlyMap<string, OptionShape> {
  return new CommandShape()
    .option('--state-dir <path>')
    .option('--socket <path>')
    .option('--json')
    .option('--verbose')
    .readOptions();
}

function splitOption(word: string): readonly string[] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** Keeps a value where it belongs, unless it could be a mistake. */
function keep(
  target: Record<string, unknown>,
  { key, takes, flag }: OptionShape,
  value: string | undefined,
): boolean {
  if (takes === 'nothing') {
    target[key] = flag;
    return value === undefined;
  }
  if (value === undefined || value.startsWith('-')) return false;
  if (takes === 'list') target[key] = [...((target[key] as readonly string[] | undefined) ?? []), value];
  else if (key in target) return false;
  else target[key] = value;
  return true;
}

function readArguments({ arguments: shapes }: CommandShape, texts: readonly string[]): unknown[] | undefined {
  const isVariadic = shapes.at(-1)?.isVariadic ?? false;
  const fewest = shapes.filter(({ isRequired }) => isRequired).length;
  if (texts.length < fewest || (texts.length > shapes.length && !isVariadic)) return undefined;
  return shapes.map((shape, index) => (shape.isVariadic ? texts.slice(index) : texts[index]));
}
