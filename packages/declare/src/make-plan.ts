import type { Endpoint } from '@tsnet/core';
import { type Declaration, isOfProject } from './declaration.ts';
import { exposuresOf, type PortPolicy } from './exposure.ts';
import type { Observed } from './observed.ts';
import type { Change, Plan } from './plan.ts';
import { planEndpoints } from './plan-endpoints.ts';
import { planNetworks, usedByOthers } from './plan-networks.ts';
import { connectedByOthers, planSandboxes } from './plan-sandboxes.ts';

/** What makes what there is what a declaration says: nothing, when it is so already. */
export function planApply(declaration: Declaration, observed: Observed): Plan {
  const networks = planNetworks(declaration, observed);
  const sandboxes = planSandboxes(declaration, observed);
  const endpoints = planEndpoints(declaration, observed, networks.changes);
  const changes: readonly Change[] = [...networks.changes, ...sandboxes.changes, ...endpoints.changes];
  return {
    project: declaration.project,
    changes,
    exposures: changes.flatMap((change) => exposuresOf(change, policyOf(declaration, observed))),
    conflicts: [...networks.conflicts, ...sandboxes.conflicts, ...endpoints.conflicts],
  };
}

/** Of networks as they will be. */
function policyOf(declaration: Declaration, observed: Observed): PortPolicy {
  return (name) => {
    const declared = declaration.networks.find(({ external, spec }) => !external && spec.name === name);
    const network = declared?.spec ?? observed.networks.find((each) => each.name === name);
    return { respectHostFirewall: network?.respectHostFirewall ?? false };
  };
}

/**
 * What takes down what a declaration names and its project made. What others made under these names is left alone, and so
 * is what the project made and the declaration does not name, unless it hangs on something that goes.
 */
export function planDestroy(declaration: Declaration, observed: Observed): Plan {
  const { project } = declaration;
  const networkNames = new Set(
    declaration.networks.flatMap(({ external, spec }) => (external ? [] : [spec.name])),
  );
  const networks = observed.networks.filter(
    (network) => networkNames.has(network.name) && isOfProject(network, project),
  );
  const sandboxes = declaration.sandboxes.flatMap(({ name, external }) => {
    const sandbox = observed.sandboxes.get(name);
    return external || sandbox?.project !== project ? [] : [{ name, key: sandbox.key }];
  });
  const places = new Set(declaration.endpoints.map(({ sandbox, spec }) => `${spec.network} ${sandbox}`));
  const goes = ({ networkId, networkName, sandbox }: Endpoint) =>
    places.has(`${networkName} ${sandbox.ref}`) ||
    networks.some(({ id }) => id === networkId) ||
    sandboxes.some(({ name }) => name === sandbox.ref);
  const endpoints = observed.endpoints.filter((endpoint) => isOfProject(endpoint, project) && goes(endpoint));
  return {
    project,
    changes: [
      ...networks.map((current) => ({ thing: 'network', verb: 'remove', current }) as const),
      ...sandboxes.map(({ name }) => ({ thing: 'sandbox', verb: 'remove', name }) as const),
      ...endpoints.map((current) => ({ thing: 'endpoint', verb: 'remove', current }) as const),
    ],
    exposures: [],
    conflicts: [
      ...networks.flatMap((network) => usedByOthers(network, project, observed.endpoints)),
      ...sandboxes.flatMap(({ name, key }) => connectedByOthers(name, key, project, observed.endpoints)),
    ],
  };
}
