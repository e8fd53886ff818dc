import { styleText } from 'node:util';
import Table from 'cli-table3';
import { printable } from './printable.ts';

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** Rows under a heading, without borders. Each row has as many cells as the heading. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true };
  const table = new Table({ chars: borderless, style });
  table.push(heading.map((cell) => styleText('bold', cell)));
  for (const row of rows) table.push(row.map((cell) => (cell === '' ? '-' : printable(cell))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A title over indented `name value` lines; values without text are left out. */
export function formatFields(title: string, fields: readonly (readonly [string, string])[]): string {
  const shown = fields.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(
    ([name, value]) => `  ${styleText('dim', name.padEnd(width))}  ${printable(value)}`,
  );
  return [styleText('bold', printable(title)), ...lines].join('\n');
}
