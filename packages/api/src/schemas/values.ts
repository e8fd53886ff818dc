import { Type } from 'typebox';

/** Twelve hexadecimal digits. */
export const Id = Type.String({ pattern: '^[0-9a-f]{12}$', description: 'Twelve hexadecimal digits.' });

/** An IPv4 or IPv6 address as text. */
export const Address = Type.String({
  maxLength: 64,
  description: 'An IPv4 or IPv6 address.',
  examples: ['10.1.0.2', 'fd00::2'],
});

/** A prefix as text. */
export const Prefix = Type.String({
  maxLength: 64,
  description: 'An address and its length.',
  examples: ['10.1.0.0/24'],
});

/** A range as text. */
export const Range = Type.String({
  maxLength: 100,
  description: 'The first and the last address, or a prefix, or one address.',
  examples: ['10.1.0.10-10.1.0.99'],
});

/** A time as text. */
export const Time = Type.String({ description: 'RFC 3339, in UTC.', examples: ['2030-01-31T12:00:00.000Z'] });

/** Free text by name. */
export const Labels = Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 4096 }), {
  description: 'Free text that tsnet only keeps.',
});

/** A count that may be beyond what a double holds. */
export const Count = Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^[0-9]+$' })], {
  description: 'A number; a string of its digits where a double would lose some.',
});

/** How far a network or endpoint has come. */
export const State = Type.Enum(['creating', 'ready', 'deleting'], {
  description: '`creating` and `deleting` while an operation is at it.',
});

/** The words that a port is published by. */
export const PortText = Type.String({
  maxLength: 200,
  description: '`[hostIP:]hostPort[-last]:port[-last][/tcp|udp]`; a host port of 0, or none, is chosen.',
  examples: ['8080:80/tcp', '127.0.0.1:0:53/udp'],
});

/** The words that name a sandbox. */
export const SandboxRef = Type.String({
  minLength: 1,
  maxLength: 4096,
  description: 'A name under /run/netns, an absolute path of a namespace, or `pid:` and a process id.',
  examples: ['web', 'pid:4711'],
});

/** A value, or null where there is none. */
export function orNull<T extends import('typebox').TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** Some of a list, with what asks for the rest. */
export function pageOf<T extends import('typebox').TSchema>(items: T) {
  return Type.Object({
    items: Type.Array(items),
    next: orNull(Type.String({ description: 'The cursor of the next page; null on the last.' })),
  });
}
