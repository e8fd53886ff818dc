import { isTsnetError } from '@tsnet/errors';
import type { FieldPath, Position, YamlFile } from './yaml-file.ts';

/** One thing that is wrong with a file, and where. */
export interface Problem extends Position {
  /** `networks.web.subnets[0].prefix`; empty for the file as a whole. */
  readonly field: string;
  readonly reason: string;
  readonly hint: string | undefined;
}

/** Gathers all that is wrong with a file. */
export class Problems {
  readonly #file: YamlFile;
  readonly #found: Problem[] = [];
  readonly #places = new WeakMap<object, FieldPath>();

  constructor(file: YamlFile) {
    this.#file = file;
  }

  /** Those found, from the top of the file to its end. */
  get all(): readonly Problem[] {
    return this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Something is wrong with a value. */
  add(path: FieldPath, reason: string, hint?: string): void {
    this.#found.push({ ...this.#file.locate(path), field: formatField(path), reason, hint });
  }

  /** Something is wrong with the name of a field. */
  addKey(path: FieldPath, reason: string, hint?: string): void {
    this.#found.push({ ...this.#file.locateKey(path), field: formatField(path), reason, hint });
  }

  /** Something is wrong with a value that was read here. */
  addTo(value: object, reason: string, hint?: string): void {
    this.add(this.#places.get(value) ?? [], reason, hint);
  }

  /** Reads a text with a parser; what that has against it becomes a problem. What is no text is the schema's to refuse. */
  read<T>(path: FieldPath, text: unknown, parse: (text: string) => T): T | undefined {
    const value = this.#attempt(text, parse, (reason, hint) => this.add(path, reason, hint));
    if (typeof value === 'object' && value !== null) this.#places.set(value, path);
    return value;
  }

  /** As {@link read}, of the name of a field. */
  readKey<T>(path: FieldPath, text: string, parse: (text: string) => T): T | undefined {
    return this.#attempt(text, parse, (reason, hint) => this.addKey(path, reason, hint));
  }

  #attempt<T>(
    text: unknown,
    parse: (text: string) => T,
    tell: (reason: string, hint: string | undefined) => void,
  ): T | undefined {
    if (typeof text !== 'string') return undefined;
    try {
      return parse(text);
    } catch (error) {
      if (!isTsnetError(error)) throw error;
      const { reason, hint } = error;
      tell(reason.includes(text) ? reason : `${JSON.stringify(text)}: ${reason}`, hint);
      return undefined;
    }
  }
}

/** `networks.web.subnets[0]`; names with other characters stand in quotes. */
function formatField(path: FieldPath): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
