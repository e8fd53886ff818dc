import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findGroupId } from './host-group.ts';

it('finds the number of a group by its whole name', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tsnetd-group-'));
  const file = join(directory, 'group');
  writeFileSync(file, 'root:x:0:\ntsnet-old:x:7:\n\nbroken\nodd:x:y:\ntsnet:x:998:ann,bob\n');
  const found = ['root', 'tsnet', 'sne', 'broken', 'odd', ''].map((name) => findGroupId(name, file));
  rmSync(directory, { recursive: true });
  expect(found).toEqual([0, 998, undefined, undefined, undefined, undefined]);
});
