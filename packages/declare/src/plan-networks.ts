import type { Endpoint, Network } from '@tsnet/core';
import { type Declaration, isOfProject, projectLabel } from './declaration.ts';
import { diffNetwork } from './diff-network.ts';
import { formatDifference } from './difference.ts';
import type { Observed } from './observed.ts';
import { type Conflict, type NetworkChange, placeOf } from './plan.ts';

/** What a plan does with networks. */
export interface PlannedNetworks {
  readonly changes: readonly NetworkChange[];
  readonly conflicts: readonly Conflict[];
}

/** Compares the networks of a declaration with those that there are. */
export function planNetworks(declaration: Declaration, observed: Observed): PlannedNetworks {
  const { project, networks } = declaration;
  const changes: NetworkChange[] = [];
  const conflicts: Conflict[] = [];
  const byName = new Map(observed.networks.map((network) => [network.name, network]));
  for (const { spec, external } of networks) {
    const current = byName.get(spec.name);
    const subject = `network ${spec.name}`;
    if (external) {
      if (current === undefined) conflicts.push({ subject, reason: 'it is external, and not there' });
    } else if (current === undefined) {
      changes.push({ thing: 'network', verb: 'create', spec });
    } else {
      const differences = diffNetwork(spec, current, observed.pools);
      if (!isOfProject(current, project)) conflicts.push(notOfProject(current, project, differences));
      else if (differences.length > 0) {
        conflicts.push(...usedByOthers(current, project, observed.endpoints));
        changes.push({ thing: 'network', verb: 'replace', spec, current, differences });
      }
    }
  }
  const named = new Set(networks.map(({ spec }) => spec.name));
  for (const current of observed.networks) {
    if (named.has(current.name) || !isOfProject(current, project)) continue;
    conflicts.push(...usedByOthers(current, project, observed.endpoints));
    changes.push({ thing: 'network', verb: 'remove', current });
  }
  conflicts.push(...prefixesTaken(changes, observed));
  return { changes, conflicts };
}

/** Prefixes that are given, and that something has which stays. */
function prefixesTaken(changes: readonly NetworkChange[], observed: Observed): readonly Conflict[] {
  const going = changes.flatMap((change) => (change.verb === 'create' ? [] : change.current.subnets));
  const goingPools = new Set(going.map(({ poolId }) => poolId));
  const staying = [...observed.pools.values()].filter(({ id }) => !goingPools.has(id));
  return changes.flatMap((change) => {
    if (change.verb === 'remove') return [];
    const { name, subnets = [] } = change.spec;
    return subnets.flatMap(({ prefix }) => {
      const met = staying.find((pool) => pool.prefix.overlaps(prefix));
      if (met === undefined) return [];
      const holder = met.labels.network === undefined ? `pool ${met.id}` : `network ${met.labels.network}`;
      const reason = `${prefix} overlaps ${met.prefix} of ${holder}, which stays`;
      const hint = `Choose another prefix, or give ${holder} another one first.`;
      return [{ subject: `network ${name}`, reason, hint }];
    });
  });
}

/** What others have connected to a network would go with it. */
export function usedByOthers(
  network: Network,
  project: string,
  endpoints: readonly Endpoint[],
): readonly Conflict[] {
  const others = endpoints.filter(
    (endpoint) => endpoint.networkId === network.id && !isOfProject(endpoint, project),
  );
  if (others.length === 0) return [];
  const names = others.map((endpoint) => `${placeOf(endpoint)} (${endpoint.id})`).join(', ');
  return [
    {
      subject: `network ${network.name}`,
      reason: `it would go, and has endpoints that are not of project ${project}: ${names}`,
      hint: 'Disconnect them first.',
    },
  ];
}

function notOfProject(
  network: Network,
  project: string,
  differences: ReturnType<typeof diffNetwork>,
): Conflict {
  const owner = Object.hasOwn(network.labels, projectLabel)
    ? `it is of project ${network.labels[projectLabel]}`
    : `it is there, and not of project ${project}`;
  const others = differences.filter(({ field }) => field !== `labels.${projectLabel}`);
  const reason = [owner, ...others.map(formatDifference)].join('; ');
  const hint = 'Give the network another name, or say `external: true` of it to connect to that one.';
  return { subject: `network ${network.name}`, reason, hint };
}
