import { isTsnetError, type TsnetError } from '@tsnet/errors';
import { InvalidConfigError, UnexpectedError } from './errors.ts';

/**
 * What was thrown, without its stack: as lines for people, with what failed, on what, why, and what to do about it; or as
 * one JSON object.
 */
export function formatError(thrown: unknown, language: 'text' | 'json' = 'text'): string {
  const error = isTsnetError(thrown) ? thrown : new UnexpectedError(thrown);
  if (language === 'json') return `${JSON.stringify({ error })}\n`;
  const all = error instanceof InvalidConfigError ? error.errors : [error];
  return all.map(linesOf).join('');
}

function linesOf({ message, hint }: TsnetError): string {
  const lines = [`tsnetd: ${oneLine(message)}`, ...(hint === undefined ? [] : [`  hint: ${oneLine(hint)}`])];
  return `${lines.join('\n')}\n`;
}

/** What is quoted may hold anything: it begins no lines, and moves no cursor. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
