import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Value } from 'typebox/value';
import { InvalidRequestError } from '../errors.ts';

/** How many problems of one request are told. */
const MOST_PROBLEMS = 20;

/** Checks values against a schema, which is compiled when the first comes. */
export class LazyValidator {
  readonly #schema: TSchema;
  readonly #isText: boolean;
  #compiled: Validator | undefined;

  /** @param isText - whether numbers and the like come as text, as in a path or a query. */
  constructor(schema: TSchema, isText: boolean) {
    this.#schema = schema;
    this.#isText = isText;
  }

  /** The value as the schema has it. @throws {@link InvalidRequestError} */
  check(operation: string, value: unknown): unknown {
    this.#compiled ??= Compile(this.#schema);
    const read = this.#isText ? Value.Convert(this.#schema, { ...(value as object) }) : value;
    if (this.#compiled.Check(read)) return read;
    const problems = this.#compiled.Errors(read).slice(0, MOST_PROBLEMS);
    throw new InvalidRequestError(
      operation,
      problems.map(({ instancePath, message }) => ({
        path: instancePath.slice(1) || 'the request',
        message,
      })),
    );
  }
}
