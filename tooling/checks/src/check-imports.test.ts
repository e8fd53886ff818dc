import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBreach } from './breach.ts';
import { checkImports } from './check-imports.ts';
import { floors } from './floors.ts';

const check = (tree: string): string[] =>
  checkImports(join(import.meta.dirname, '../fixtures', tree), floors).map(formatBreach);

describe('checkImports', () => {
  it('finds nothing wrong in a tree that keeps to its floors', () => {
    expect(check('good')).toEqual([]);
  });

  it('names every breach by file, line, import and rule', () => {
    expect(check('bad')).toEqual([
      'packages/api/src/index.ts:1: imports @fixture/core: api may import only types from it',
      'packages/api/src/index.ts:2: imports types of @fixture/nftables: api may import only core, inet, errors',
      'packages/core/src/index.ts:1: imports @fixture/api: floor 3 may not import floor 4',
      'packages/core/src/index.ts:2: imports koffi: only packages/linux may touch it',
      'packages/inet/src/prefix.ts:1: imports @fixture/linux: floor 1 may not import floor 1',
      'packages/inet/src/prefix.ts:2: imports types of @fixture/core: floor 1 may not import floor 3',
      'packages/inet/src/prefix.ts:3: imports left-pad: name it in the dependencies of packages/inet/package.json',
      'packages/inet/src/prefix.ts:4: imports @fixture/inet: a package imports its own files by relative path',
      'packages/inet/src/prefix.ts:5: imports ../../errors/src/index.ts: a relative import must stay inside its package',
      'packages/inet/src/prefix.ts:6: imports fast-check: name it in the dependencies of packages/inet/package.json',
      'packages/inet/src/prefix.ts:7: imports @fixture/testing: repository tooling is for tests only',
      'packages/inet/test/prefix.test.ts:1: imports @fixture/core: floor 1 may not import floor 3',
      'packages/inet/test/prefix.test.ts:2: imports sinon: name it in packages/inet/package.json',
      'packages/stray/package.json: @fixture/stray stands on no floor: give it a row in tooling/checks/src/floors.ts and in ARCHITECTURE.md',
      'apps/cli/src/main.ts:1: imports @fixture/daemon: nothing imports an app',
    ]);
  });
});
