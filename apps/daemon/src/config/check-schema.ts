import { Ajv } from 'ajv';
import type { TObject, TSchema } from 'typebox';
import { isObjectSchema } from './config-schema.ts';
import type { ConfigProblem, ConfigText, SettingPath } from './config-text.ts';

/** All that a schema has against what a text says: settings that are not there, missing ones, wrong values. */
export function checkSchema(schema: TSchema, text: ConfigText): readonly ConfigProblem[] {
  const ajv = new Ajv();
  return checkValue(schema, text.value, [], { text, isValid: (leaf, value) => ajv.validate(leaf, value) });
}

interface Check {
  readonly text: ConfigText;
  /** Of what is no settings with values. */
  readonly isValid: (schema: TSchema, value: unknown) => boolean;
}

/** A problem of a setting, on the line where it stands. */
export function problemAt(
  text: ConfigText,
  path: SettingPath,
  reason: string,
  hint?: string | undefined,
): ConfigProblem {
  return { line: text.lineOf(path), field: path.join('.'), reason, hint };
}

function checkValue(
  schema: TSchema,
  value: unknown,
  path: SettingPath,
  check: Check,
): readonly ConfigProblem[] {
  if (isObjectSchema(schema) && isRecord(value)) return checkSettings(schema, value, path, check);
  if (!isObjectSchema(schema) && check.isValid(schema, value)) return [];
  const { description, examples } = wordsOf(schema);
  const name = path.at(-1);
  const isShown = name !== undefined && examples.length > 0;
  const { text } = check;
  const hint = isShown ? `Write for example: ${text.write(name, examples[0])}` : undefined;
  return [problemAt(text, path, `it is ${show(value)}, and has to be ${description}`, hint)];
}

function checkSettings(
  { properties, required }: TObject,
  value: Readonly<Record<string, unknown>>,
  path: SettingPath,
  check: Check,
): readonly ConfigProblem[] {
  const { text } = check;
  const hint = `Settings here: ${Object.keys(properties).join(', ')}.`;
  const written = Object.entries(value).flatMap(([name, inner]) => {
    const innerPath = [...path, name];
    const innerSchema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return innerSchema === undefined
      ? [problemAt(text, innerPath, 'there is no such setting', hint)]
      : checkValue(innerSchema, inner, innerPath, check);
  });
  const missing = (required ?? [])
    // What has a default need not be written.
    .filter((name) => !Object.hasOwn(value, name) && !('default' in (properties[name] ?? {})))
    .map((name) => {
      const [example] = wordsOf(properties[name] ?? {}).examples;
      return problemAt(text, path, `${name} is missing`, `Write for example: ${text.write(name, example)}`);
    });
  return [...written, ...missing];
}

function wordsOf(schema: TSchema): { readonly description: string; readonly examples: readonly unknown[] } {
  const { description = 'something else', examples = [] } = schema as {
    readonly description?: string;
    readonly examples?: readonly unknown[];
  };
  return { description, examples };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Values are quoted as they were read, unless they are long. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
