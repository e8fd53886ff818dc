import { formatPortSpec } from '@tsnet/core/port';
import {
  type Change,
  type Difference,
  type Exposure,
  formatDifference,
  formatExposure,
  type NetworkChange,
  type Plan,
  subjectOf,
} from '@tsnet/declare';
import { printable } from '../output/printable.ts';

const verbs = {
  create: { sign: '+', infinitive: 'to create', participle: 'created' },
  replace: { sign: '±', infinitive: 'to replace', participle: 'replaced' },
  update: { sign: '~', infinitive: 'to change', participle: 'changed' },
  remove: { sign: '-', infinitive: 'to remove', participle: 'removed' },
} as const;

/** A plan in JSON. */
export function planDocument({ project, changes, exposures, conflicts }: Plan) {
  return {
    project,
    changes: changes.map(changeDocument),
    exposures: exposures.map(exposureDocument),
    conflicts: conflicts.map(({ subject, reason }) => ({ subject, reason })),
  };
}

/** A change in JSON. */
export function changeDocument(change: Change) {
  return {
    verb: change.verb,
    thing: change.thing,
    subject: subjectOf(change),
    differences: change.verb === 'replace' ? change.differences : [],
    open: change.verb === 'update' ? change.open.map(formatPortSpec) : [],
    close: change.verb === 'update' ? change.close.map(formatPortSpec) : [],
  };
}

/** A plan, one change a line, and what its ports make reachable. */
export function planText({ project, changes, exposures }: Plan): string {
  if (changes.length === 0) return `project ${project}: nothing to do`;
  const opening = exposures.length === 0 ? [] : ['these ports open:', ...exposures.map(exposureLine)];
  return [
    `project ${project}: ${countsText(changes, 'infinitive')}`,
    ...changes.map((change) => printable(`  ${changeText(change)}`)),
    ...opening,
  ].join('\n');
}

/** What became of changes: `2 created, 1 removed`. */
export function countsText(changes: readonly Change[], form: 'infinitive' | 'participle'): string {
  const counts = Object.entries(verbs).flatMap(([verb, forms]) => {
    const { length } = changes.filter((change) => change.verb === verb);
    return length === 0 ? [] : [`${length} ${forms[form]}`];
  });
  return counts.length === 0 ? 'nothing to do' : counts.join(', ');
}

/** A change that is over: `created network web`. */
export function endText(change: Change): string {
  return printable(`${verbs[change.verb].participle} ${subjectOf(change)}`);
}

function changeText(change: Change): string {
  const details = detailsOf(change);
  return `${verbs[change.verb].sign} ${subjectOf(change)}${details === '' ? '' : `  ${details}`}`;
}

function detailsOf(change: Change): string {
  if (change.verb === 'replace') return differencesText(change.differences);
  if (change.thing === 'network' && change.verb === 'create') return networkText(change);
  if (change.thing !== 'endpoint' || change.verb === 'remove') return '';
  if (change.verb === 'create') {
    const { addresses = [], ports = [] } = change.spec;
    return [...addresses.map(String), ...ports.map(formatPortSpec)].join(', ');
  }
  return [
    ...change.open.map((port) => `opens ${formatPortSpec(port)}`),
    ...change.close.map((port) => `closes ${formatPortSpec(port)}`),
  ].join(', ');
}

function differencesText(differences: readonly Difference[]): string {
  return differences.map(formatDifference).join(', ');
}

function networkText({ spec }: Extract<NetworkChange, { readonly verb: 'create' }>): string {
  const { subnets, internal, isolated, masquerade, respectHostFirewall, firewall = 'auto', mtu } = spec;
  return [
    subnets === undefined ? 'a free prefix' : subnets.map(({ prefix }) => `${prefix}`).join(', '),
    ...(internal ? ['internal'] : []),
    ...(isolated ? ['isolated'] : []),
    ...(masquerade === false ? ['no masquerade'] : []),
    ...(respectHostFirewall ? ['host firewall decides about ports'] : []),
    ...(firewall === 'auto' ? [] : [`firewall ${firewall}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
  ].join(', ');
}

function exposureLine(exposure: Exposure): string {
  return printable(`  ${formatExposure(exposure)}`);
}

function exposureDocument(exposure: Exposure) {
  const { protocol, hostAddress, hostPort, count, reach, hostFirewallDecides, endpoint, port } = exposure;
  return {
    protocol,
    hostAddress: hostAddress === undefined ? null : `${hostAddress}`,
    ...{ hostPort, count, reach, hostFirewallDecides, endpoint, port },
    text: formatExposure(exposure),
  };
}
