import { isTsnetError } from '@tsnet/errors';
import { InvalidDocumentError } from './document-errors.ts';

/**
 * An object somewhere in a JSON text that came from outside, read member by member. It knows the way to
 * itself, so that whatever is wrong is said with its path: `pools[0].leases[17].address`.
 */
export class JsonObject {
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #parent: JsonObject | undefined;
  readonly #step: string;

  private constructor(data: unknown, parent: JsonObject | undefined, step: string) {
    this.#parent = parent;
    this.#step = step;
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new InvalidDocumentError(this.path(), `it is ${nameOf(data)}, not an object`, 'Write {...}.');
    }
    this.#data = data as Readonly<Record<string, unknown>>;
  }

  /**
   * Reads a text whose outermost value is an object.
   *
   * @throws InvalidDocumentError
   */
  static parse(text: string): JsonObject {
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (cause) {
      const hint = 'Check that the file is whole, and that it is the right one.';
      throw new InvalidDocumentError(
        '',
        `it is not JSON: ${(cause as Error).message}`,
        hint,
        undefined,
        cause,
      );
    }
    return new JsonObject(data, undefined, '');
  }

  /** Where this object is, or a member of it. */
  path(name?: string): string {
    const own = this.#parent ? joined(this.#parent.path(), this.#step) : '';
    return name === undefined ? own : joined(own, name);
  }

  /** The names of all members, in their order. */
  get names(): readonly string[] {
    return Object.keys(this.#data);
  }

  /** The name of a member as a value; `parse` throws a `TsnetError` for what it cannot read. */
  nameAs<T>(name: string, parse: (text: string) => T): T {
    return this.#parsed(name, name, parse);
  }

  /** Refuses members that are none of these: what is not understood must not get lost. */
  allowOnly(known: ReadonlySet<string>): void {
    for (const name in this.#data) {
      if (known.has(name)) continue;
      throw this.fault(name, 'there is no such member', `Leave it out. There are: ${[...known].join(', ')}.`);
    }
  }

  /** Refuses the absence of a member. */
  require(name: string): void {
    if (this.#data[name] === undefined) this.#missing(name);
  }

  /** A text that must be there. */
  text(name: string): string {
    return this.#typed<string>(name, 'string') ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    return this.#typed<string>(name, 'string');
  }

  /** A number that must be there. */
  number(name: string): number {
    return this.#typed<number>(name, 'number') ?? this.#missing(name);
  }

  optionalNumber(name: string): number | undefined {
    return this.#typed<number>(name, 'number');
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.#typed<boolean>(name, 'boolean');
  }

  /** A value written as text that must be there; `parse` throws a `TsnetError` for what it cannot read. */
  value<T>(name: string, parse: (text: string) => T): T {
    return this.#parsed(name, this.text(name), parse);
  }

  optionalValue<T>(name: string, parse: (text: string) => T): T | undefined {
    const text = this.optionalText(name);
    return text === undefined ? undefined : this.#parsed(name, text, parse);
  }

  /** Values written as texts in a list; none when there is no list. */
  values<T>(name: string, parse: (text: string) => T): readonly T[] {
    return this.#list(name).map((item, index) => {
      const step = `${name}[${index}]`;
      if (typeof item !== 'string') throw this.#wrongType(step, item, 'string');
      return this.#parsed(step, item, parse);
    });
  }

  /** Objects in a list; none when there is no list. */
  objects(name: string): readonly JsonObject[] {
    return this.#list(name).map((item, index) => new JsonObject(item, this, `${name}[${index}]`));
  }

  optionalObject(name: string): JsonObject | undefined {
    const value = this.#data[name];
    return value === undefined ? undefined : new JsonObject(value, this, name);
  }

  /** Texts by name. */
  optionalTexts(name: string): Readonly<Record<string, string>> | undefined {
    const object = this.optionalObject(name);
    if (object === undefined) return undefined;
    for (const each of object.names) object.text(each);
    return object.#data as Readonly<Record<string, string>>;
  }

  /** An error about a member. */
  fault(name: string, reason: string, hint: string, cause?: unknown): InvalidDocumentError {
    return new InvalidDocumentError(this.path(name), reason, hint, undefined, cause);
  }

  #list(name: string): readonly unknown[] {
    const value = this.#data[name];
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.#wrongType(name, value, 'list');
    return value;
  }

  #typed<T>(name: string, type: 'string' | 'number' | 'boolean'): T | undefined {
    const value = this.#data[name];
    if (value === undefined || typeof value === type) return value as T | undefined;
    throw this.#wrongType(name, value, type);
  }

  #parsed<T>(name: string, text: string, parse: (text: string) => T): T {
    try {
      return parse(text);
    } catch (error) {
      if (!isTsnetError(error)) throw error;
      throw this.fault(
        name,
        `${quoted(text)} is refused: ${error.reason}`,
        error.hint ?? 'Correct it.',
        error,
      );
    }
  }

  #missing(name: string): never {
    throw this.fault(name, 'it is missing', 'Add it.');
  }

  #wrongType(name: string, value: unknown, expected: keyof typeof articles): InvalidDocumentError {
    return this.fault(
      name,
      `it is ${nameOf(value)}, not ${articles[expected]}`,
      `Write ${articles[expected]}.`,
    );
  }
}

const articles = { string: 'a text', number: 'a number', boolean: 'true or false', list: 'a list' } as const;

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${quoted(value)}`;
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 66 ? text : `${text.slice(0, 65)}..."`;
}

function joined(path: string, step: string): string {
  // Names that come from outside may hold anything; only plain ones go without quotes.
  const isPlain = /^\w+(\[\d+\])?$/.test(step);
  if (!isPlain) return `${path}[${quoted(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}
