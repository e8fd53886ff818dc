import { writeFileSync } from 'node:fs';
import { formatMarkdown, formatText, type Table } from './table.ts';

/** Where a run's figures go. */
export interface PublishOptions {
  /** File for all figures, as JSON. */
  readonly json: string | undefined;
  /** Prints tables as Markdown. */
  readonly markdown: boolean;
}

/** Prints the tables of a run, and writes all its figures to a file if one was asked for. */
export function publish(tables: readonly Table[], results: object, { json, markdown }: PublishOptions): void {
  const format = markdown ? formatMarkdown : formatText;
  for (const table of tables) console.log(format(table));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
}
