import { Ajv, type ErrorObject } from 'ajv';
import type { Problems } from './problem.ts';
import schema from './schema.json' with { type: 'json' };
import type { FieldPath } from './yaml-file.ts';

/** The JSON schema of the file format, for editors; what the package itself checks files against. */
export const declarationSchema: object = schema;

/** Checks the shape of a file against the schema: which fields there are, and their types. All that is wrong is told. */
export function checkSchema(value: unknown, problems: Problems): void {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true }).compile(schema);
  if (validate(value)) return;
  for (const error of validate.errors ?? []) report(error, problems);
}

function report(error: ErrorObject, problems: Problems): void {
  const path = pathOf(error.instancePath);
  const { params, data } = error;
  switch (error.keyword) {
    case 'additionalProperties':
      problems.addKey([...path, params.additionalProperty], 'there is no such field', alternatives(error));
      return;
    case 'required':
      problems.add(path, `field ${params.missingProperty} is missing`);
      return;
    case 'type':
      problems.add(path, `it is ${nounOf(data)}, and has to be ${typesText(params.type)}`, quoting(error));
      return;
    case 'propertyNames':
      problems.addKey([...path, params.propertyName], 'labels that begin with "tsnet." are tsnet\'s own');
      return;
    case 'not':
      // Told by propertyNames.
      return;
    case 'minItems':
      problems.add(path, 'it is empty', 'Leave the field out.');
      return;
    default:
      problems.add(path, `${data} ${error.message ?? 'is not allowed'}`);
  }
}

/** An instance path is a JSON pointer: RFC 6901. */
function pathOf(pointer: string): FieldPath {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const text = step.replaceAll('~1', '/').replaceAll('~0', '~');
      return /^\d+$/.test(text) ? Number(text) : text;
    });
}

function alternatives({ parentSchema }: ErrorObject): string {
  return `Fields here: ${Object.keys(parentSchema?.properties ?? {}).join(', ')}.`;
}

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'nothing',
  number: 'a number',
  object: 'fields with values',
  string: 'a text',
};

function typesText(types: string | readonly string[]): string {
  return [types]
    .flat()
    .map((type) => nouns[type] ?? type)
    .join(' or ');
}

function nounOf(value: unknown): string | undefined {
  if (value === null) return nouns.null;
  return Array.isArray(value) ? nouns.array : nouns[typeof value];
}

/** YAML reads `tier: 1` and `tls: true` as other things than texts. */
function quoting({ data, params }: ErrorObject): string | undefined {
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  return isScalar && [params.type].flat().includes('string') ? `Put it in quotes: "${data}".` : undefined;
}
