import {
  formatReach,
  type Network,
  type PortProtocol,
  type PortReach,
  type PortSpec,
  reachOf,
} from '@tsnet/core';
import { type Change, placeOf, placeOfSpec } from './plan.ts';

/** Ports that a plan opens: what will be reachable, and from where. */
export interface Exposure extends PortReach {
  readonly protocol: PortProtocol;
  /** The first; 0 for ports that are chosen when the plan is applied. */
  readonly hostPort: number;
  readonly count: number;
  /** The endpoint that they lead to: `web/app`. */
  readonly endpoint: string;
  /** The first port of the sandbox. */
  readonly port: number;
}

/** Tells of a network by its name whether the host's firewall decides about its ports. */
export type PortPolicy = (network: string) => Pick<Network, 'respectHostFirewall'>;

/** What a change opens. */
export function exposuresOf(change: Change, policyOf: PortPolicy): readonly Exposure[] {
  if (change.thing !== 'endpoint' || change.verb === 'remove') return [];
  if (change.verb === 'update') {
    const policy = policyOf(change.current.networkName);
    return change.open.map((port) => exposureOf(placeOf(change.current), port, policy));
  }
  const endpoint = placeOfSpec(change.spec, change.sandbox);
  const policy = policyOf(change.spec.network);
  return (change.spec.ports ?? []).map((port) => exposureOf(endpoint, port, policy));
}

function exposureOf(endpoint: string, spec: PortSpec, policy: ReturnType<PortPolicy>): Exposure {
  const { protocol, hostPort, port, count } = spec;
  return { protocol, hostPort, count, ...reachOf(spec, policy), endpoint, port };
}

/** An exposure as a sentence: `tcp 8080 on every address of this host, also from other machines, leads to web/app:80`. */
export function formatExposure({ protocol, hostPort, port, count, endpoint, ...where }: Exposure): string {
  const ports = hostPort === 0 ? freeText(count) : rangeText(hostPort, count);
  return `${protocol} ${ports} on ${formatReach(where)}, leads to ${endpoint}:${rangeText(port, count)}`;
}

function freeText(count: number): string {
  return count === 1 ? '(a free port)' : `(${count} free ports)`;
}

function rangeText(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}-${first + count - 1}`;
}
