import type { Endpoint } from '@tsnet/core';
import { type Declaration, type DeclaredEndpoint, isOfProject } from './declaration.ts';
import { diffEndpoint, diffPorts } from './diff-endpoint.ts';
import type { Observed } from './observed.ts';
import {
  type Conflict,
  type Difference,
  type EndpointChange,
  type NetworkChange,
  placeOf,
  placeOfSpec,
} from './plan.ts';

/** What a plan does with endpoints. */
export interface PlannedEndpoints {
  readonly changes: readonly EndpointChange[];
  readonly conflicts: readonly Conflict[];
}

/** Compares the endpoints of a declaration with those that there are, where networks change as `networks` says. */
export function planEndpoints(
  declaration: Declaration,
  observed: Observed,
  networks: readonly NetworkChange[],
): PlannedEndpoints {
  const { project } = declaration;
  const conflicts: Conflict[] = [];
  const kept = new Set<Endpoint>();
  const going = new Set(
    networks.flatMap((change) => (change.verb === 'create' ? [] : [change.current.name])),
  );
  const changes = declaration.endpoints.flatMap((wanted): EndpointChange | [] => {
    const current = findCurrent(wanted, observed, project);
    if (current === undefined) {
      conflicts.push(...nameTaken(wanted, observed, project));
      return { thing: 'endpoint', verb: 'create', ...wanted };
    }
    if (!isOfProject(current, project)) {
      conflicts.push(notOfProject(wanted, current, project));
      return [];
    }
    kept.add(current);
    const sandbox = observed.sandboxes.get(wanted.sandbox);
    return changeOf(wanted, current, [
      ...(going.has(current.networkName) ? [newNetwork] : []),
      ...diffEndpoint(wanted.spec, current, sandbox),
    ]);
  });
  const unwanted = observed.endpoints.filter(
    (endpoint) => isOfProject(endpoint, project) && !kept.has(endpoint),
  );
  const removals = unwanted.map((current) => ({ thing: 'endpoint', verb: 'remove', current }) as const);
  return { changes: [...changes, ...removals], conflicts };
}

const newNetwork: Difference = { field: 'network', is: 'going', wanted: 'the new one' };

function changeOf(
  { spec, sandbox }: DeclaredEndpoint,
  current: Endpoint,
  differences: readonly Difference[],
): EndpointChange | [] {
  if (differences.length > 0) {
    return { thing: 'endpoint', verb: 'replace', spec, sandbox, current, differences };
  }
  const { open, close } = diffPorts(spec.ports ?? [], current.ports);
  if (open.length === 0 && close.length === 0) return [];
  return { thing: 'endpoint', verb: 'update', current, open, close };
}

/** The endpoint of a sandbox on a network; of several, that of the namespace which the sandbox's name leads to now. */
function findCurrent({ spec, sandbox }: DeclaredEndpoint, observed: Observed, project: string) {
  const key = observed.sandboxes.get(sandbox)?.key;
  const found = observed.endpoints.filter(
    (endpoint) =>
      endpoint.networkName === spec.network &&
      // What others had in a namespace that is gone is in nobody's way.
      (endpoint.sandbox.key === key || (endpoint.sandbox.ref === sandbox && isOfProject(endpoint, project))),
  );
  return found.find((endpoint) => endpoint.sandbox.key === key) ?? found[0];
}

function notOfProject({ spec, sandbox }: DeclaredEndpoint, current: Endpoint, project: string): Conflict {
  const addresses = current.addresses.map(({ prefix }) => `${prefix}`).join(', ');
  return {
    subject: `endpoint ${placeOfSpec(spec, sandbox)}`,
    reason: `sandbox ${sandbox} is connected to ${spec.network} already, by others than project ${project}: ${current.id}, ${addresses}`,
    hint: 'Disconnect it first.',
  };
}

function nameTaken(
  { spec, sandbox }: DeclaredEndpoint,
  observed: Observed,
  project: string,
): readonly Conflict[] {
  const holder = observed.endpoints.find(
    (endpoint) =>
      spec.name !== undefined &&
      endpoint.networkName === spec.network &&
      endpoint.name === spec.name &&
      !isOfProject(endpoint, project),
  );
  if (holder === undefined) return [];
  const reason = `${placeOf(holder)} (${holder.id}) has that name, and is not of project ${project}`;
  return [{ subject: `endpoint ${placeOfSpec(spec, sandbox)}`, reason, hint: 'Choose another name.' }];
}
