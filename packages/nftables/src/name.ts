import { InvalidNftablesInputError } from './errors.ts';

const identifier = /^[A-Za-z_][A-Za-z0-9_/.-]{0,126}$/;
const linkName = /^[^\p{Cc}\s"/:*\\]{1,15}$/u;
const quotable = /^[^\p{Cc}"]*$/u;
const COMMENT_BYTES = 128;

/**
 * Checks the name of a table, chain, set or map, and returns it. Such names cannot be quoted in nft's
 * grammar, so that only letters, digits, `_`, `.`, `-` and `/` after a first letter or `_` will do, up to 127 of them.
 */
export function checkedName(what: string, name: string): string {
  if (typeof name !== 'string' || !identifier.test(name)) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(name)} as the name of a ${what}`,
      'names are up to 127 letters, digits, "_", "-", "." and "/", and begin with a letter or "_"',
    );
  }
  return name;
}

/** Quotes the name of a link. A `*` would mean every name that begins so, and is refused. */
export function quotedLinkName(name: string): string {
  if (typeof name !== 'string' || !linkName.test(name) || Buffer.byteLength(name) > 15) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(name)} as the name of a link`,
      'link names are up to 15 bytes with no space, quote, "/", ":", "*" or "\\"',
    );
  }
  return `"${name}"`;
}

/** Quotes a comment. nft has no escape for a quote inside a string. */
export function quotedComment(comment: string): string {
  if (typeof comment !== 'string' || !quotable.test(comment) || Buffer.byteLength(comment) >= COMMENT_BYTES) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(comment)} as a comment`,
      `comments are under ${COMMENT_BYTES} bytes with no double quote, line end or control character`,
    );
  }
  return `"${comment}"`;
}
