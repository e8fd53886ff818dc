import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { declarationSchema } from './check-schema.ts';
import { parseDeclaration } from './parse-declaration.ts';

const root = join(import.meta.dirname, '../../..');

/** Every field of the schema, by its path through definitions: `network.mtu`. */
function schemaFields(): string[] {
  const { properties, definitions } = declarationSchema as {
    readonly properties: object;
    readonly definitions: Readonly<Record<string, { readonly properties?: object }>>;
  };
  const nested = Object.entries(definitions).flatMap(([name, { properties = {} }]) =>
    Object.keys(properties).map((field) => `${name}.${field}`),
  );
  return [...Object.keys(properties), ...nested];
}

const things: Readonly<Record<string, string>> = {
  networks: 'network',
  sandboxes: 'sandbox',
  endpoints: 'endpoint',
};

/** Every field that a value has, named as {@link schemaFields} does, with a copy of the whole that lacks it. */
function* withoutEach(whole: object, value: unknown = whole, thing = ''): Generator<[string, object]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const fields = value as Record<string, unknown>;
    delete fields[key];
    yield [thing === '' ? key : `${thing}.${key}`, structuredClone(whole)];
    fields[key] = child;
    if (key === 'labels') continue;
    if (key === 'subnets') for (const subnet of child) yield* withoutEach(whole, subnet, 'subnet');
    else if (things[key] !== undefined) {
      for (const each of Object.values(child ?? {})) yield* withoutEach(whole, each, things[key]);
    }
    // Keeps the order of the fields.
    const rest = Object.entries(fields);
    for (const [name] of rest) delete fields[name];
    Object.assign(fields, value, Object.fromEntries(rest));
  }
}

describe('the schema', () => {
  const page = readFileSync(join(root, 'docs/declarative.md'), 'utf8');
  const [, example = ''] = /```yaml\n(# All fields.*?)```/s.exec(page) ?? [];
  const read = (text: string) => JSON.stringify(parseDeclaration(text, { file: 'file.yaml' }));

  it('has no field that is not in the example of the documentation, nor one that is not read', () => {
    const whole = read(example);
    const seen = new Set<string>();
    for (const [field, rest] of withoutEach(parse(example))) {
      seen.add(field);
      let changed: string;
      try {
        changed = read(stringify(rest));
      } catch {
        // Other parts of the example need it.
        continue;
      }
      expect(changed, field).not.toBe(whole);
    }
    expect([...seen].sort()).toEqual(schemaFields().sort());
  });

  it('is the file that the package ships', async () => {
    const { default: shipped } = await import('@tsnet/declare/schema.json', { with: { type: 'json' } });
    expect(shipped).toEqual(declarationSchema);
  });
});
