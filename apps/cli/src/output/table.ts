import { styleText } from 'node:util';
import { printable } from './printable.ts';
import { textWidth } from './text-width.ts';

/** Rows under a heading, without borders. Each row has as many cells as the heading. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === '' ? '-' : printable(cell))));
  const widths = heading.map((title, column) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[column] ?? ''))),
  );
  const lineOf = (row: readonly string[], style: (cell: string) => string) =>
    row
      .map((cell, column) => `${style(cell)}${' '.repeat((widths[column] ?? 0) - textWidth(cell))}`)
      .join('  ')
      .trimEnd();
  const lines = [
    lineOf(heading, (title) => styleText('bold', title)),
    ...cells.map((row) => lineOf(row, String)),
  ];
  return lines.join('\n');
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
