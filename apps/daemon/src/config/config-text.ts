/** The way to a setting: `['socket', 'mode']`. */
export type SettingPath = readonly string[];

/** One thing that is wrong with a configuration, and where. */
export interface ConfigProblem {
  /** Counts from 1; undefined where it is not known. */
  readonly line: number | undefined;
  /** `socket.mode`; empty for the file as a whole. */
  readonly field: string;
  /** Without a full stop. */
  readonly reason: string;
  /** What to write, as a sentence. */
  readonly hint: string | undefined;
}

/** A text that was read: what it says, and where. */
export interface ConfigText {
  readonly value: unknown;
  /** The line on which a setting stands, or else what it is part of. */
  lineOf(path: SettingPath): number | undefined;
  /** How a setting is written in the language of the text, under the one that it is part of. */
  write(name: string, value: unknown): string;
}

/** A language of configuration files. */
export interface ConfigLanguage {
  /** Reads a text, or tells what keeps it from being one of this language. */
  parse(text: string): ConfigText | readonly ConfigProblem[];
}

/** What keeps a text from being read, where its parser stopped. */
export function syntaxProblem(line: number | undefined, message: string): ConfigProblem {
  const [reason = ''] = message.split('\n');
  return { line, field: '', reason: reason.trim().replace(/[.:]$/, ''), hint: undefined };
}
