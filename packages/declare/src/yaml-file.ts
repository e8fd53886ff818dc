import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';

/** Where in a file something stands; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The way to a value: `['networks', 'web', 'subnets', 0]`. */
export type FieldPath = readonly (string | number)[];

/** What a YAML parser has against a text. */
export interface SyntaxFault extends Position {
  readonly reason: string;
}

/** How many nodes aliases may stand for in all, against texts that grow without bound. */
const MOST_ALIASES = 1000;

/** A YAML text, as a value whose parts know where they stand. */
export class YamlFile {
  /** Empty, or else `value` is not to be used. */
  readonly faults: readonly SyntaxFault[];
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(text: string) {
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const { errors, warnings } = this.#document;
    const faults = [...errors, ...warnings].map(({ code, message, pos }) => ({
      reason:
        code === 'MULTIPLE_DOCS' ? 'a second document begins here, and there may be one only' : cut(message),
      ...this.#position(pos[0]),
    }));
    this.value = faults.length === 0 ? this.#toValue(faults) : undefined;
    this.faults = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Where a value stands; where its parent does, if it is missing. */
  locate(path: FieldPath): Position {
    return this.#position(this.#find(path).value?.range?.[0]);
  }

  /** Where the name of a field stands. */
  locateKey(path: FieldPath): Position {
    const { key, value } = this.#find(path);
    return this.#position((key ?? value)?.range?.[0]);
  }

  #toValue(faults: SyntaxFault[]): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch (error) {
      // Aliases of what does not exist, or of too much.
      faults.push({ reason: error instanceof Error ? error.message : String(error), line: 1, column: 1 });
      return undefined;
    }
  }

  #find(path: FieldPath): { readonly key: Node | undefined; readonly value: Node | undefined } {
    const { contents } = this.#document;
    let value: Node | undefined = isNode(contents) ? contents : undefined;
    let key: Node | undefined;
    for (const step of path) {
      const child = value === undefined ? undefined : this.#childOf(value, step);
      if (child === undefined) break;
      key = child.key;
      value = child.value;
    }
    return { key, value };
  }

  #childOf(parent: Node, step: string | number) {
    const node = isAlias(parent) ? parent.resolve(this.#document) : parent;
    if (isSeq(node)) {
      const item = node.items[Number(step)];
      return isNode(item) ? { key: undefined, value: item } : undefined;
    }
    if (!isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (pair === undefined || !isNode(pair.key)) return undefined;
    // `web:` with nothing behind it stands where its name does.
    return { key: pair.key, value: isWritten(pair.value) ? pair.value : pair.key };
  }

  #position(offset = 0): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** Messages quote what they are about, however long it is. */
function cut(message: string): string {
  return message.length > 200 ? `${message.slice(0, 200)}…` : message;
}

function isWritten(value: unknown): value is Node {
  return isNode(value) && !(isScalar(value) && value.source === '');
}
