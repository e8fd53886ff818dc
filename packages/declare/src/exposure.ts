import type { PortProtocol, PortSpec } from '@tsnet/core';
import type { IpAddress } from '@tsnet/inet';
import { type Change, placeOf, placeOfSpec } from './plan.ts';

/**
 * From where a published port is reached: `everywhere`, at every address of the host, other machines too; `address`, at one
 * address of the host, other machines too; `host`, from the host alone.
 */
export type Reach = 'everywhere' | 'address' | 'host';

/** Ports that a plan opens: what will be reachable, and from where. */
export interface Exposure {
  readonly protocol: PortProtocol;
  readonly hostAddress: IpAddress | undefined;
  /** The first; 0 for ports that are chosen when the plan is applied. */
  readonly hostPort: number;
  readonly count: number;
  readonly reach: Reach;
  /** The endpoint that they lead to: `web/app`. */
  readonly endpoint: string;
  /** The first port of the sandbox. */
  readonly port: number;
}

/** What a change opens. */
export function exposuresOf(change: Change): readonly Exposure[] {
  if (change.thing !== 'endpoint' || change.verb === 'remove') return [];
  if (change.verb === 'update') return change.open.map((port) => exposureOf(placeOf(change.current), port));
  const endpoint = placeOfSpec(change.spec, change.sandbox);
  return (change.spec.ports ?? []).map((port) => exposureOf(endpoint, port));
}

function exposureOf(endpoint: string, spec: PortSpec): Exposure {
  const { protocol, hostAddress, hostPort, port, count } = spec;
  return { protocol, hostAddress, hostPort, count, reach: reachOf(hostAddress), endpoint, port };
}

function reachOf(hostAddress: IpAddress | undefined): Reach {
  if (hostAddress === undefined || hostAddress.isUnspecified) return 'everywhere';
  return hostAddress.isLoopback ? 'host' : 'address';
}

/** An exposure as a sentence: `tcp 8080 on every address of this host, also from other machines, leads to web/app:80`. */
export function formatExposure({ protocol, hostPort, port, count, endpoint, ...where }: Exposure): string {
  const ports = hostPort === 0 ? freeText(count) : rangeText(hostPort, count);
  return `${protocol} ${ports} on ${reachText(where)}, leads to ${endpoint}:${rangeText(port, count)}`;
}

function reachText({ hostAddress, reach }: Pick<Exposure, 'hostAddress' | 'reach'>): string {
  switch (reach) {
    case 'everywhere': {
      const family = hostAddress === undefined ? '' : hostAddress.family === 'ipv4' ? 'IPv4 ' : 'IPv6 ';
      return `every ${family}address of this host, also from other machines`;
    }
    case 'address':
      return `${hostAddress}, also from other machines`;
    case 'host':
      return `${hostAddress}, from this host only`;
  }
}

function freeText(count: number): string {
  return count === 1 ? '(a free port)' : `(${count} free ports)`;
}

function rangeText(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}-${first + count - 1}`;
}
