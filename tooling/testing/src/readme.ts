import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The TypeScript examples of a package's README, in order. */
export function readmeExamples(packageRoot: string): readonly string[] {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  return [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
}

/**
 * Runs code as a program that imports the package by its name, as a reader of the README would, and returns what
 * it prints. The program lies inside the package while it runs: that is what lets the name resolve to its build.
 */
export function runExample(packageRoot: string, code: string): string {
  const cache = join(packageRoot, '.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'readme-'));
  try {
    const file = join(directory, 'example.ts');
    writeFileSync(file, code);
    return execFileSync(process.execPath, [file], { cwd: directory, encoding: 'utf8', timeout: 60_000 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
