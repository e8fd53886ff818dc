import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument, stringify } from 'yaml';
import { type ConfigLanguage, type SettingPath, syntaxProblem } from './config-text.ts';

/** YAML 1.2, one document. */
export const yaml: ConfigLanguage = {
  parse(text) {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const lineAt = (offset: number) => Math.max(lines.linePos(offset).line, 1);
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      return faults.map(({ code, message, pos }) =>
        syntaxProblem(lineAt(pos[0]), code === 'MULTIPLE_DOCS' ? 'a second document begins here' : message),
      );
    }
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      const lineOf = (path: SettingPath) => {
        const offset = offsetOf(document.contents, path);
        return offset === undefined ? undefined : lineAt(offset);
      };
      // An empty file says nothing, as an empty one of TOML does.
      return { value: value ?? {}, lineOf, write };
    } catch (error) {
      // Aliases of what does not exist, or of too much.
      return [syntaxProblem(undefined, error instanceof Error ? error.message : String(error))];
    }
  },
};

function write(name: string, value: unknown): string {
  return stringify({ [name]: value }).trim();
}

/** Where the name of a setting begins, or else that of what it is part of. */
function offsetOf(contents: unknown, path: SettingPath): number | undefined {
  let offset: number | undefined;
  let node: Node | undefined = isNode(contents) ? contents : undefined;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    if (pair === undefined || !isNode(pair.key)) break;
    offset = pair.key.range?.[0];
    node = isNode(pair.value) ? pair.value : undefined;
  }
  return offset;
}
