import { parseSync, Visitor } from 'oxc-parser';

/** One module that a source file names: by an import, a re-export, `import()`, or a type like `import('x').Y`. */
export interface ModuleReference {
  readonly specifier: string;
  readonly line: number;
  /** Nothing of it is left when the types are stripped. */
  readonly typeOnly: boolean;
}

/** Every module that `text` refers to, in the order of the source. Throws when it does not parse. */
export function listImports(file: string, text: string): ModuleReference[] {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);

  const found: (ModuleReference & { readonly at: number })[] = [];
  const add = (source: unknown, typeOnly: boolean): void => {
    if (!isText(source)) return;
    found.push({ specifier: source.value, line: lineOf(text, source.start), typeOnly, at: source.start });
  };
  new Visitor({
    ImportDeclaration: (node) => {
      // `import {} from 'x'` and `import 'x'` load the module; `import { type A } from 'x'` loads it as well.
      add(node.source, node.importKind === 'type');
    },
    ExportNamedDeclaration: (node) => {
      add(node.source, node.exportKind === 'type');
    },
    ExportAllDeclaration: (node) => {
      add(node.source, node.exportKind === 'type');
    },
    ImportExpression: (node) => {
      add(node.source, false);
    },
    TSImportType: (node) => {
      add(node.source, true);
    },
    TSExternalModuleReference: (node) => {
      add(node.expression, false);
    },
  }).visit(program);
  return found
    .sort((a, b) => a.at - b.at)
    .map(({ specifier, line, typeOnly }) => ({ specifier, line, typeOnly }));
}

/** The package that a specifier belongs to: `@tsnet/ipam` for `@tsnet/ipam/testing`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isText(source: unknown): source is { readonly value: string; readonly start: number } {
  return (
    typeof source === 'object' && source !== null && 'value' in source && typeof source.value === 'string'
  );
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
