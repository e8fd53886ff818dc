import fc from 'fast-check';
import type { TSchema } from 'typebox';

/** What of JSON Schema the API uses. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

/** Words of this field that are right somewhere, and wrong elsewhere. */
const words = [
  'web',
  '10.1.0.0/24',
  '10.1.0.5',
  'fd00::/64',
  '8080:80',
  'pid:1',
  '/run/netns/x',
  '..',
  '0',
  '-1',
];

/** Values that a schema allows, and now and then one that it does not. */
export function arbitraryOf(schema: TSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: within(schema as Schema) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

function within(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((each) => arbitraryOf(each as TSchema)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(arbitraryOf((schema.items ?? {}) as TSchema), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? -2_147_483_648,
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31) - 1,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function objectOf({ properties = {}, required = [], patternProperties }: Schema): fc.Arbitrary<unknown> {
  if (patternProperties !== undefined) {
    const [values = {}] = Object.values(patternProperties);
    return fc.dictionary(fc.string({ maxLength: 8 }), arbitraryOf(values as TSchema), { maxKeys: 3 });
  }
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, each]) => [name, arbitraryOf(each as TSchema)]),
  );
  return fc.record(members, { requiredKeys: required.filter((name) => name in members) });
}

function textOf({ examples = [], minLength = 0, maxLength = 40, pattern }: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(...words, ...examples),
    fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: 'binary' }),
    pattern === undefined ? fc.string({ maxLength: 20 }) : fc.stringMatching(new RegExp(pattern)),
  );
}
