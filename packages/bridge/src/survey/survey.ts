import type { DesiredNetwork, Host, Repair, SandboxEnd, Survey, SurveyScope } from '@tsnet/core';
import { familiesOf } from '../bridge-steps.ts';
import type { FirewallTable } from '../firewall/firewall-table.ts';
import { enableForwardingStep, isForwarding } from '../forwarding-step.ts';
import type { Passage } from '../iptables/passage.ts';
import type { LinkReaper } from '../link-reaper.ts';
import { type Observation, observe, observeSome } from './observation.ts';
import { surveyBridge } from './survey-bridge.ts';
import { surveyFirewall } from './survey-firewall.ts';
import { surveyIptables } from './survey-iptables.ts';
import { surveyVeth } from './survey-veth.ts';

/** What a survey works with. */
export interface SurveyContext {
  readonly host: Host;
  readonly firewall: FirewallTable;
  readonly passage: Passage;
  readonly reaper: LinkReaper;
  /** Whether this process is telling neighbors of an endpoint; until it has, nothing may come back to the sandbox. */
  readonly isBeingAnnounced: (endpointId: string) => boolean;
}

/**
 * Compares networks and endpoints with the host's links, settings and firewall.
 *
 * @param scope - what of it: see `Driver.survey`.
 */
export function survey(
  context: SurveyContext,
  desired: readonly DesiredNetwork[],
  scope?: SurveyScope,
): Survey {
  const ready = desired.filter(({ network }) => network.state === 'ready');
  const firewall = scope === undefined || scope.shared ? surveyFirewall(context.firewall, desired) : [];
  if (scope !== undefined && scope.owners.size === 0) return { repairs: firewall, ends: new Map() };
  const isMeant = (id: string) => scope === undefined || scope.owners.has(id);
  const placed = ready.flatMap(({ network, endpoints }) =>
    endpoints
      .filter(({ id, state }) => state === 'ready' && (isMeant(network.id) || isMeant(id)))
      .map((endpoint) => ({ network, endpoint })),
  );
  const { host } = context;
  // The bridge of an endpoint is what its link should be in.
  const networks = ready.filter(
    ({ network: { id } }) => isMeant(id) || placed.some(({ network }) => network.id === id),
  );
  const observation =
    scope === undefined
      ? observe(host)
      : observeSome(host, {
          networks: networks.map(({ network }) => network),
          endpoints: placed.map(({ endpoint }) => endpoint),
        });
  return {
    repairs: [
      ...(scope === undefined ? surveyForwarding(context, ready) : []),
      ...ready
        .filter(({ network }) => isMeant(network.id))
        .flatMap(({ network }) => surveyBridge(host, observation, network)),
      ...placed.flatMap(({ network, endpoint }) =>
        surveyVeth(host, observation, network, endpoint, !context.isBeingAnnounced(endpoint.id)),
      ),
      ...firewall,
      ...(scope === undefined ? surveyIptables(context.passage, desired) : []),
      ...(scope === undefined ? leftoverLinks(context, observation, desired) : []),
    ],
    ends: new Map(placed.flatMap(({ endpoint: { id } }) => sandboxEnd(observation, id))),
  };
}

/** The other end of an endpoint's pair. While the host's end is down, nothing is known to be wrong with it. */
function sandboxEnd({ hostEnds }: Observation, id: string): readonly (readonly [string, SandboxEnd])[] {
  const link = hostEnds.get(id);
  if (link?.peerIfIndex === undefined) return [];
  return [[id, { ifIndex: link.peerIfIndex, up: !link.up || link.carrier }]];
}

function surveyForwarding(
  { host, firewall }: SurveyContext,
  ready: readonly DesiredNetwork[],
): readonly Repair[] {
  const off = new Set(
    (['ipv4', 'ipv6'] as const).filter(
      (family) =>
        ready.some(({ network }) => familiesOf(network).includes(family)) && !isForwarding(host, family),
    ),
  );
  const [first] = ready.filter(({ network }) => familiesOf(network).some((family) => off.has(family)));
  if (first === undefined) return [];
  return [...off].map((family) => ({
    subject: `forwarding of ${family}`,
    problem: 'off',
    owner: undefined,
    isLeftover: false,
    plan: ready
      .filter(({ network }) => familiesOf(network).includes(family))
      .slice(0, 1)
      .map(({ network }) => enableForwardingStep(host, firewall, network)),
  }));
}

/** Links that bear the mark of a network or endpoint that is not on record. */
function leftoverLinks(
  { reaper }: SurveyContext,
  { bridges, hostEnds }: Observation,
  desired: readonly DesiredNetwork[],
): readonly Repair[] {
  const known = new Set(
    desired.flatMap(({ network, endpoints }) => [network.id, ...endpoints.map(({ id }) => id)]),
  );
  return [...bridges, ...hostEnds]
    .filter(([id]) => !known.has(id))
    .map(([owner, { ifName, alias }]) => ({
      subject: `link ${ifName}`,
      problem: `nothing wants it (${alias})`,
      owner,
      isLeftover: true,
      plan: [{ name: 'delete-link', subject: ifName, apply: () => reaper.delete(ifName) }],
    }));
}
