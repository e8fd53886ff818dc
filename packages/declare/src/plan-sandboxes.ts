import type { Endpoint } from '@tsnet/core';
import { type Declaration, isOfProject } from './declaration.ts';
import type { Observed } from './observed.ts';
import { type Conflict, placeOf, type SandboxChange } from './plan.ts';

/** What a plan does with sandboxes. */
export interface PlannedSandboxes {
  readonly changes: readonly SandboxChange[];
  readonly conflicts: readonly Conflict[];
}

/** Compares the sandboxes of a declaration with those that there are. */
export function planSandboxes(declaration: Declaration, observed: Observed): PlannedSandboxes {
  const { project, sandboxes } = declaration;
  const changes: SandboxChange[] = [];
  const conflicts: Conflict[] = [];
  for (const { name, external } of sandboxes) {
    const { key, project: owner } = observed.sandboxes.get(name) ?? {};
    const subject = `sandbox ${name}`;
    if (external) {
      if (key === undefined) conflicts.push({ subject, reason: 'it is external, and not there' });
    } else if (key === undefined) changes.push({ thing: 'sandbox', verb: 'create', name });
    else if (owner !== project) {
      const reason =
        owner === undefined ? `it is there, and not of project ${project}` : `it is of project ${owner}`;
      conflicts.push({ subject, reason, hint: 'Name another one, or say `external: true` of it.' });
    }
  }
  const named = new Set(sandboxes.map(({ name }) => name));
  for (const [name, sandbox] of observed.sandboxes) {
    if (named.has(name) || sandbox.project !== project) continue;
    conflicts.push(...connectedByOthers(name, sandbox.key, project, observed.endpoints));
    changes.push({ thing: 'sandbox', verb: 'remove', name });
  }
  return { changes, conflicts };
}

/** What others have connected a sandbox to would go with it. */
export function connectedByOthers(
  name: string,
  key: string | undefined,
  project: string,
  endpoints: readonly Endpoint[],
): readonly Conflict[] {
  const others = endpoints.filter(
    (endpoint) => key !== undefined && endpoint.sandbox.key === key && !isOfProject(endpoint, project),
  );
  if (others.length === 0) return [];
  const places = others.map((endpoint) => `${placeOf(endpoint)} (${endpoint.id})`).join(', ');
  const reason = `it would go, and has endpoints that are not of project ${project}: ${places}`;
  return [{ subject: `sandbox ${name}`, reason, hint: 'Disconnect them first.' }];
}
