/** Rows of text under a head; the first column is text, the others are figures. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What {@link describeMachine} found. */
export function machineTable(machine: Readonly<Record<string, string | number>>): Table {
  const rows = Object.entries(machine).map(([name, value]) => [name, String(value)]);
  return { title: 'Machine', head: ['what', 'value'], rows };
}

/** For a terminal. */
export function formatText({ title, head, rows }: Table): string {
  const widths = widthsOf(head, rows);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    `\n${title}`,
    line(head),
    widths.map((width) => '─'.repeat(width)).join('──'),
    ...rows.map(line),
  ].join('\n');
}

/** For a page. */
export function formatMarkdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [`\n### ${title}\n`, line(head), line(rule), ...rows.map(line)].join('\n');
}

function widthsOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly number[] {
  return head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
}
