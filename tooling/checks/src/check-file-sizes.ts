import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Breach } from './breach.ts';
import { isTest, listPackages, listSources } from './workspace.ts';

const mostLines = 300;

/** Checks that no source file outgrows one idea. Tests may be as long as they need. */
export function checkFileSizes(root: string): Breach[] {
  return listPackages(root)
    .filter((entry) => entry.folder !== 'tooling')
    .flatMap((entry) => listSources(root, entry))
    .filter((file) => !isTest(file))
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > mostLines)
    .map(({ file, lines }) => ({
      file,
      what: `has ${lines} lines`,
      why: `past ${mostLines} there are two ideas in it`,
    }));
}
