/**
 * Text that a terminal only shows: control characters, which could move its cursor or give it orders, become
 * `\x1b` and the like.
 */
export function printable(text: string): string {
  // Most texts are plain, and Unicode's tables take a millisecond to get ready.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
