import { describe, expect, it } from 'vitest';
import { listImports, packageOf } from './imports.ts';

const seen = (text: string): string[] =>
  listImports('source.ts', text).map(
    ({ line, specifier, typeOnly }) => `${line} ${specifier}${typeOnly ? ' (types)' : ''}`,
  );

describe('listImports', () => {
  it('sees every way in which a module can be named, in source order', () => {
    const text = [
      "import 'a';",
      "import b, { type C } from 'b';",
      "import type { D } from 'd';",
      "export { e } from 'e';",
      "export type * from 'f';",
      "export * as g from 'g';",
      "const h = () => import('h');",
      "type I = import('i').I;",
      "import j = require('j');",
    ].join('\n');
    expect(seen(text)).toEqual([
      '1 a',
      '2 b',
      '3 d (types)',
      '4 e',
      '5 f (types)',
      '6 g',
      '7 h',
      '8 i (types)',
      '9 j',
    ]);
  });

  it('counts an import of nothing but named types as a load, as Node.js does', () => {
    expect(seen("import { type A } from 'a';")).toEqual(['1 a']);
  });

  it('is not fooled by comments, text and exports of its own', () => {
    expect(seen("// import 'a'\nexport const b = \"import 'b'\";\nexport { b as c };")).toEqual([]);
  });

  it('refuses a file that does not parse', () => {
    expect(() => listImports('broken.ts', 'import {')).toThrow('broken.ts');
  });
});

describe('packageOf', () => {
  it('drops the path inside the package', () => {
    expect(['@a/b/c', '@a/b', 'a/b', 'a'].map(packageOf)).toEqual(['@a/b', '@a/b', 'a', 'a']);
  });
});
