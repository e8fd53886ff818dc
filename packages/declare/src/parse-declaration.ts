import { basename } from 'node:path';
import { checkName } from '@tsnet/core';
import { checkSchema } from './check-schema.ts';
import { checkTogether } from './check-together.ts';
import type { Declaration } from './declaration.ts';
import { InvalidDeclarationError } from './errors.ts';
import { Problems } from './problem.ts';
import { readNetworks } from './read-networks.ts';
import { readSandboxes } from './read-sandboxes.ts';
import { fieldsOf } from './reading.ts';
import { YamlFile } from './yaml-file.ts';

/** What is known of a text. */
export interface DeclarationSource {
  /** For messages, and the project of a text that names none. */
  readonly file: string;
  /** The text came from elsewhere, so that `file` says nothing of its project. */
  readonly anonymous?: boolean;
}

/**
 * Reads a YAML text. Nothing but the text is looked at: neither the store nor the kernel.
 *
 * @throws {@link InvalidDeclarationError} with all that is wrong, each with its line, column and field.
 */
export function parseDeclaration(text: string, source: DeclarationSource): Declaration {
  const file = new YamlFile(text);
  if (file.faults.length > 0) {
    throw new InvalidDeclarationError(
      source.file,
      file.faults.map((fault) => ({ field: '', hint: undefined, ...fault })),
    );
  }
  // An empty file asks for nothing.
  const value = file.value ?? {};
  const problems = new Problems(file);
  checkSchema(value, problems);
  const fields = fieldsOf(value);
  const project = readProject(fields.project, source, problems);
  const networks = readNetworks(project, fields.networks, problems);
  const { sandboxes, endpoints } = readSandboxes(project, fields.sandboxes, problems);
  checkTogether(networks, endpoints, problems);
  if (problems.all.length > 0) throw new InvalidDeclarationError(source.file, problems.all);
  return { project, networks, sandboxes, endpoints };
}

/** The project of a text; empty where something is wrong with it. */
function readProject(
  value: unknown,
  { file, anonymous = false }: DeclarationSource,
  problems: Problems,
): string {
  const check = (text: string) => checkName('project', text);
  const hint = 'Add a line such as `project: shop`.';
  if (value !== undefined) return problems.read(['project'], value, check) ?? '';
  if (anonymous) {
    problems.add([], 'it names no project, and there is no file name to take', hint);
    return '';
  }
  const name = basename(file).replace(/\.(ya?ml|json)$/i, '');
  try {
    return check(name);
  } catch {
    problems.add([], `${JSON.stringify(name)}, the name of the file, cannot be that of a project`, hint);
    return '';
  }
}
