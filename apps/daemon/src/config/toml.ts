import { parse, stringify, TomlError } from 'smol-toml';
import { type ConfigLanguage, type SettingPath, syntaxProblem } from './config-text.ts';

/** TOML 1.0. Its parser keeps no positions: lines are found by the headers and names that stand on them. */
export const toml: ConfigLanguage = {
  parse(text) {
    try {
      return { value: parse(text), lineOf: lineFinder(text), write };
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      return [syntaxProblem(error.line, error.message.replace('Invalid TOML document', 'it is no TOML'))];
    }
  },
};

function write(name: string, value: unknown): string {
  return stringify({ [name]: value }).trim();
}

function lineFinder(text: string): (path: SettingPath) => number | undefined {
  const places = new Map<string, number>();
  let table: readonly string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, header] = /^\s*\[\[?([^[\]]+)\]/.exec(line) ?? [];
    const [, name] = /^\s*([\w\s."'-]+?)\s*=/.exec(line) ?? [];
    if (header !== undefined) table = stepsOf(header);
    const path = header === undefined ? [...table, ...stepsOf(name ?? '')] : table;
    if (header === undefined && name === undefined) continue;
    // `socket.mode = …` is also where `socket` stands, unless that has a header.
    for (let length = 1; length <= path.length; length++) {
      const key = keyOf(path.slice(0, length));
      if (!places.has(key)) places.set(key, index + 1);
    }
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = places.get(keyOf(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  };
}

function stepsOf(dotted: string): readonly string[] {
  return dotted.split('.').map((step) => step.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

function keyOf(path: SettingPath): string {
  return path.join('\0');
}
