import type { Endpoint, EndpointSpec, Network, NetworkSpec, PortSpec, PublishedPort } from '@tsnet/core';
import type { Exposure } from './exposure.ts';

/** A setting that is not as the file says, as text. */
export interface Difference {
  /** `mtu`, `labels.tier`. */
  readonly field: string;
  readonly is: string;
  readonly wanted: string;
}

/** What happens to a network. */
export type NetworkChange =
  | { readonly thing: 'network'; readonly verb: 'create'; readonly spec: NetworkSpec }
  | { readonly thing: 'network'; readonly verb: 'remove'; readonly current: Network }
  | {
      readonly thing: 'network';
      readonly verb: 'replace';
      readonly spec: NetworkSpec;
      readonly current: Network;
      readonly differences: readonly Difference[];
    };

/** What happens to a sandbox. */
export interface SandboxChange {
  readonly thing: 'sandbox';
  readonly verb: 'create' | 'remove';
  readonly name: string;
}

/** What happens to an endpoint. An update opens and closes ports, and leaves all else as it is. */
export type EndpointChange =
  | {
      readonly thing: 'endpoint';
      readonly verb: 'create';
      readonly sandbox: string;
      readonly spec: EndpointSpec;
    }
  | { readonly thing: 'endpoint'; readonly verb: 'remove'; readonly current: Endpoint }
  | {
      readonly thing: 'endpoint';
      readonly verb: 'replace';
      readonly sandbox: string;
      readonly spec: EndpointSpec;
      readonly current: Endpoint;
      readonly differences: readonly Difference[];
    }
  | {
      readonly thing: 'endpoint';
      readonly verb: 'update';
      readonly current: Endpoint;
      readonly open: readonly PortSpec[];
      readonly close: readonly PublishedPort[];
    };

/** One thing that a plan does. */
export type Change = NetworkChange | SandboxChange | EndpointChange;

/** Why a plan cannot be carried out. */
export interface Conflict {
  /** `network web`. */
  readonly subject: string;
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** The difference between what a file says and what there is, as data: to be printed, or applied. */
export interface Plan {
  readonly project: string;
  /** Networks, then sandboxes, then endpoints; what waits for what is up to those who apply it. */
  readonly changes: readonly Change[];
  /** Where the ports lead that the plan opens, and from where they are reached. */
  readonly exposures: readonly Exposure[];
  /** While there are any, nothing is applied. */
  readonly conflicts: readonly Conflict[];
}

/** What a change acts on: `network web`, `sandbox app`, `endpoint web/app`. */
export function subjectOf(change: Change): string {
  switch (change.thing) {
    case 'network':
      return `network ${change.verb === 'create' ? change.spec.name : change.current.name}`;
    case 'sandbox':
      return `sandbox ${change.name}`;
    case 'endpoint':
      return `endpoint ${change.verb === 'create' ? placeOfSpec(change.spec, change.sandbox) : placeOf(change.current)}`;
  }
}

/** An endpoint by its network and its name, or its sandbox where it has none: `web/app`. */
export function placeOf({ networkName, name, sandbox }: Endpoint): string {
  return `${networkName}/${name ?? sandbox.ref}`;
}

/** As {@link placeOf}, of one that is asked for. */
export function placeOfSpec({ network, name }: EndpointSpec, sandbox: string): string {
  return `${network}/${name ?? sandbox}`;
}
