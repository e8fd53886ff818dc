import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { logLevels } from './daemon-config.ts';

const strict = { additionalProperties: false, description: 'settings with values' };

const path = { pattern: '^/[^\\0]*$', description: 'an absolute path' };
const fileAt = (initial: string) => Type.String({ ...path, default: initial, examples: [initial] });
const file = (example: string) => Type.String({ ...path, examples: [example] });
const seconds = (initial: number) =>
  Type.Number({
    minimum: 0,
    maximum: 86_400,
    default: initial,
    description: 'a number of seconds, at most 86400',
    examples: [initial],
  });
const yesOrNo = () => Type.Boolean({ default: true, description: 'true or false', examples: [true] });

/**
 * What a configuration file may say. Every value has a description that completes "has to be", and an example: they
 * are what the reader of an error is told.
 */
export const configSchema = Type.Object(
  {
    stateDir: fileAt('/var/lib/tsnet'),
    socket: Type.Object(
      {
        path: fileAt('/run/tsnet/tsnet.sock'),
        // Text: 0660 is no number in TOML, and 660 in YAML.
        mode: Type.String({
          pattern: '^0?[0-7][0-7]0$',
          default: '0660',
          description: 'a text of octal digits that gives others nothing',
          examples: ['0660'],
        }),
        group: Type.String({
          pattern: '^[A-Za-z_][A-Za-z0-9_.-]*\\$?$',
          maxLength: 32,
          default: 'tsnet',
          description: 'the name of a group',
          examples: ['tsnet'],
        }),
      },
      { ...strict, default: {} },
    ),
    tcp: Type.Optional(
      Type.Object(
        {
          host: Type.String({
            // Checked as a whole by the rules.
            pattern: '^[0-9a-fA-F:.]+$',
            description: 'an IP address',
            examples: ['127.0.0.1'],
          }),
          port: Type.Integer({
            minimum: 0,
            maximum: 65_535,
            description: 'a whole number up to 65535',
            examples: [2379],
          }),
          tls: yesOrNo(),
          certificate: Type.Optional(file('/etc/tsnet/server.pem')),
          key: Type.Optional(file('/etc/tsnet/server.key')),
          clientCa: Type.Optional(file('/etc/tsnet/clients.pem')),
        },
        strict,
      ),
    ),
    repair: yesOrNo(),
    log: Type.Object(
      {
        level: Type.Enum(logLevels, {
          default: 'info',
          description: `one of ${logLevels.join(', ')}`,
          examples: ['info'],
        }),
      },
      { ...strict, default: {} },
    ),
    metrics: yesOrNo(),
    docs: yesOrNo(),
    limits: Type.Object(
      {
        maxBodyBytes: Type.Integer({
          minimum: 1024,
          maximum: 2 ** 30,
          default: 2 ** 20,
          description: 'a whole number of bytes from 1024 to 1073741824',
          examples: [2 ** 20],
        }),
        maxConnections: Type.Integer({
          minimum: 1,
          maximum: 1_000_000,
          default: 1024,
          description: 'a whole number from 1 up',
          examples: [1024],
        }),
        requestTimeout: seconds(30),
      },
      { ...strict, default: {} },
    ),
    drainTimeout: seconds(10),
  },
  strict,
);

/** What a file says once it is checked, with the defaults in it. */
export type ConfigFile = Static<typeof configSchema>;

/** Whether a schema is that of settings with values, which have schemas of their own. */
export function isObjectSchema(schema: TSchema): schema is TObject {
  return 'properties' in schema;
}

/** Completes what the schema has nothing against. */
export function withDefaults(file: Partial<ConfigFile>): ConfigFile {
  return complete(configSchema, file) as ConfigFile;
}

function complete(schema: TSchema, value: unknown): unknown {
  const given = value ?? ('default' in schema ? schema.default : undefined);
  if (!isObjectSchema(schema) || given === undefined) return given;
  const entries = Object.entries(schema.properties)
    .map(
      ([name, inner]) => [name, complete(inner, (given as Readonly<Record<string, unknown>>)[name])] as const,
    )
    .filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries);
}
