import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, normalize } from 'node:path';
import type { Breach } from './breach.ts';
import { type Floor, guardedModules } from './floors.ts';
import { listImports, type ModuleReference, packageOf } from './imports.ts';
import { isTest, listPackages, listSources, type WorkspacePackage } from './workspace.ts';

/** What the rules are applied to: a workspace and its table of floors. */
interface Context {
  readonly floors: Readonly<Record<string, Floor>>;
  readonly byName: ReadonlyMap<string, WorkspacePackage>;
}

/**
 * Checks that every import of every package and app goes to a lower floor that its own row of the table allows, and
 * that whatever comes from outside is named in the importing package's own manifest.
 *
 * Tests may import themselves by name, any package on a lower floor, and what repository tooling offers.
 */
export function checkImports(root: string, floors: Readonly<Record<string, Floor>>): Breach[] {
  const packages = listPackages(root);
  const context: Context = { floors, byName: new Map(packages.map((entry) => [entry.manifest.name, entry])) };
  return packages
    .filter((entry) => entry.folder !== 'tooling')
    .flatMap((from) => [...checkPlace(from, floors), ...checkSources(root, from, context)]);
}

function checkPlace(entry: WorkspacePackage, floors: Readonly<Record<string, Floor>>): Breach[] {
  if (entry.folder === 'apps' || folderName(entry) in floors) return [];
  const why = 'give it a row in tooling/checks/src/floors.ts and in ARCHITECTURE.md';
  return [{ file: `${entry.path}/package.json`, what: `${entry.manifest.name} stands on no floor`, why }];
}

function checkSources(root: string, from: WorkspacePackage, context: Context): Breach[] {
  return listSources(root, from).flatMap((file) =>
    listImports(file, readFileSync(join(root, file), 'utf8')).flatMap((reference) => {
      const why = objection(from, file, reference, context);
      const verb = reference.typeOnly ? 'imports types of' : 'imports';
      return why === undefined
        ? []
        : [{ file, line: reference.line, what: `${verb} ${reference.specifier}`, why }];
    }),
  );
}

/** Why an import must not be, or undefined when it may. */
function objection(
  from: WorkspacePackage,
  file: string,
  reference: ModuleReference,
  context: Context,
): string | undefined {
  const { specifier } = reference;
  if (specifier.startsWith('.')) return relativeObjection(from, file, specifier);
  if (isBuiltin(specifier)) return undefined;
  const name = packageOf(specifier);
  const to = context.byName.get(name);
  if (to === from) return isTest(file) ? undefined : 'a package imports its own files by relative path';
  if (to !== undefined) {
    const reason = floorObjection(from, to, file, reference, context);
    if (reason !== undefined) return reason;
  }
  const owner = guardedModules[name];
  if (owner !== undefined && owner !== from.path) return `only ${owner} may touch it`;
  return manifestObjection(from, file, name);
}

function relativeObjection(from: WorkspacePackage, file: string, specifier: string): string | undefined {
  const target = normalize(join(file, '..', specifier));
  return target.startsWith(`${from.path}/`) ? undefined : 'a relative import must stay inside its package';
}

function floorObjection(
  from: WorkspacePackage,
  to: WorkspacePackage,
  file: string,
  reference: ModuleReference,
  { floors }: Context,
): string | undefined {
  if (to.folder === 'tooling') return isTest(file) ? undefined : 'repository tooling is for tests only';
  if (to.folder === 'apps') return 'nothing imports an app';
  if (from.folder === 'apps') return undefined;
  const [own, other] = [floors[folderName(from)], floors[folderName(to)]];
  // checkPlace has reported the one that has no floor.
  if (own === undefined || other === undefined) return undefined;
  if (other.floor >= own.floor) return `floor ${own.floor} may not import floor ${other.floor}`;
  if (isTest(file)) return undefined;
  if (!own.mayImport.includes(folderName(to))) {
    return `${folderName(from)} may import only ${own.mayImport.join(', ') || 'nothing'}`;
  }
  const typesOnly = own.typesOnly?.includes(folderName(to)) ?? false;
  return typesOnly && !reference.typeOnly ? `${folderName(from)} may import only types from it` : undefined;
}

function manifestObjection(from: WorkspacePackage, file: string, name: string): string | undefined {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = from.manifest;
  const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  if (name in declared) return undefined;
  if (isTest(file))
    return devDependencies && name in devDependencies ? undefined : `name it in ${from.path}/package.json`;
  return `name it in the dependencies of ${from.path}/package.json`;
}

function folderName(entry: WorkspacePackage): string {
  return entry.path.slice(entry.folder.length + 1);
}
