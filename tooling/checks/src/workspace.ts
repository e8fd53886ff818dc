import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of a package.json that the checks look at. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly repository?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Where the packages of the workspace lie. */
export type WorkspaceFolder = 'packages' | 'apps' | 'tooling';

/** One package of the workspace. */
export interface WorkspacePackage {
  readonly folder: WorkspaceFolder;
  /** Relative to the root of the checkout: `packages/ipam`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Every package of the workspace under `root`, in a stable order. */
export function listPackages(root: string): WorkspacePackage[] {
  const folders: readonly WorkspaceFolder[] = ['packages', 'apps', 'tooling'];
  return folders.flatMap((folder) => {
    if (!existsSync(join(root, folder))) return [];
    const paths = readdirSync(join(root, folder))
      .sort()
      .map((name) => `${folder}/${name}`);
    return paths
      .filter((path) => existsSync(join(root, path, 'package.json')))
      .map((path) => ({ folder, path, manifest: readManifest(join(root, path, 'package.json')) }));
  });
}

/** The TypeScript files of a package under `src` and `test`, relative to the root of the checkout. */
export function listSources(root: string, workspacePackage: WorkspacePackage): string[] {
  const inside = join(root, workspacePackage.path);
  const patterns = ['src/**/*.ts', 'test/**/*.ts'];
  return globSync(patterns, { cwd: inside })
    .sort()
    .map((file) => `${workspacePackage.path}/${file}`);
}

/** Whether a file, named relative to the root of the checkout, is there for tests only. */
export function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.split('/')[2] === 'test';
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
