import { quote } from './quote.ts';

/**
 * Says why the character at index `at` of an address cannot be there, with words of its own for the two
 * things that people do append to addresses: a zone id and a prefix length.
 */
export function unexpected(text: string, at: number, wanted: string): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '%') return `zone id ${quote(text.slice(at))} is not part of an address`;
  if (character === '/') return `prefix length ${quote(text.slice(at))} is not part of an address`;
  return `${quote(character)} is not ${wanted}`;
}
