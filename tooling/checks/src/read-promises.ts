import { lexer, type MarkedToken } from 'marked';

/** A test, by the file that holds it and its title there. */
export interface NamedTest {
  /** Relative to the root of the checkout. */
  readonly file: string;
  readonly title: string;
}

/** One row of a table, or one item of a list. */
export interface PromiseEntry {
  /** The heading that it stands under. */
  readonly section: string;
  /** Its first word. */
  readonly id: string;
  /** What the last cell of a row names; an item names none. */
  readonly tests: readonly NamedTest[];
}

/** The entries of `docs/promises.md`, in its order. Throws when a cell names no test as it should. */
export function readPromises(markdown: string): PromiseEntry[] {
  let section = '';
  // No extension is loaded that could make tokens of its own.
  return (lexer(markdown) as MarkedToken[]).flatMap((token) => {
    if (token.type === 'heading') section = token.text;
    if (token.type === 'list') return token.items.map(({ text }) => ({ section, id: idOf(text), tests: [] }));
    if (token.type !== 'table') return [];
    return token.rows.map((cells) => {
      const [first, last] = [cells.at(0)?.text ?? '', cells.at(-1)?.text ?? ''];
      return { section, id: idOf(first), tests: last.split('<br>').map(parseTest) };
    });
  });
}

function idOf(text: string): string {
  return /^\w+/.exec(text)?.[0] ?? '';
}

function parseTest(text: string): NamedTest {
  const [, file, title] = /^`([^`]+)` › (.+)$/.exec(text.trim()) ?? [];
  if (file === undefined || title === undefined) throw new SyntaxError(`"${text}" names no test`);
  return { file, title };
}
