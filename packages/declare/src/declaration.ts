import type { EndpointSpec, Labels, NetworkSpec } from '@tsnet/core';
import type { NetnsRef } from '@tsnet/netns';

/** The label of all that is made for a project; its value is the project's name. */
export const projectLabel = 'tsnet.project';

/** A network that a file names. */
export interface DeclaredNetwork {
  /** Others make it: it has to be there, and `spec` has a name only. */
  readonly external: boolean;
  /** With the label of the project. */
  readonly spec: NetworkSpec;
}

/** A sandbox that a file names. */
export interface DeclaredSandbox {
  /** As the file names it: `app`, `/proc/7/ns/net`, `pid:7`. */
  readonly name: string;
  readonly ref: NetnsRef;
  /** Others make it: it has to be there. */
  readonly external: boolean;
}

/** A sandbox's place on a network that a file names. */
export interface DeclaredEndpoint {
  /** As the file names the sandbox. */
  readonly sandbox: string;
  /** With the label of the project. */
  readonly spec: EndpointSpec;
}

/** What a file says there should be, in the order in which it says it. */
export interface Declaration {
  /** Whose it is: what else bears this project's label is not wanted any more. */
  readonly project: string;
  readonly networks: readonly DeclaredNetwork[];
  readonly sandboxes: readonly DeclaredSandbox[];
  readonly endpoints: readonly DeclaredEndpoint[];
}

/** Labels with that of the project. */
export function withProject(labels: Labels, project: string): Labels {
  return { ...labels, [projectLabel]: project };
}

/** Whether something was made for a project. */
export function isOfProject({ labels }: { readonly labels: Labels }, project: string): boolean {
  return Object.hasOwn(labels, projectLabel) && labels[projectLabel] === project;
}
