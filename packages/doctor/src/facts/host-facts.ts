import type { Endpoint, Network } from '@tsnet/core';
import type { AddressFamily } from '@tsnet/inet';
import type { FirewallTable } from '@tsnet/nftables/foreign';
import type { KernelFacts } from './kernel.ts';
import type { LibraryFacts } from './libraries.ts';
import type { LimitFacts } from './limits.ts';
import type { ProcessFacts } from './process.ts';
import type { Reading } from './reading.ts';
import type { SettingFacts } from './settings.ts';
import type { ListeningSocket } from './sockets.ts';
import type { Topology } from './topology.ts';

/** A network with its endpoints, as they are on record. */
export interface NetworkRecord {
  readonly network: Network;
  readonly endpoints: readonly Endpoint[];
}

/** All that the checks look at, read once. It is data: a test makes its own. */
export interface HostFacts {
  readonly networks: Reading<readonly NetworkRecord[]>;
  readonly process: Reading<ProcessFacts>;
  readonly kernel: Reading<KernelFacts>;
  /** What tsnet needs of the kernel and this one lacks. */
  readonly missingFeatures: Reading<readonly string[]>;
  readonly libraries: Reading<LibraryFacts>;
  readonly settings: Reading<SettingFacts>;
  readonly topology: Reading<Topology>;
  /** The tables of others in nftables. */
  readonly nftables: Reading<readonly FirewallTable[]>;
  /** The tables of iptables-legacy that are in use, which nftables does not show. */
  readonly legacyTables: Reading<readonly FirewallTable[]>;
  /** Sockets of the host's processes that listen on published ports. */
  readonly sockets: Reading<readonly ListeningSocket[]>;
  readonly limits: Reading<LimitFacts>;
}

/** The networks on record that are whole; none where the record could not be read. */
export function readyNetworks({ networks }: HostFacts): readonly NetworkRecord[] {
  return networks.kind === 'unread' ? [] : networks.value.filter(({ network }) => network.state === 'ready');
}

/** Whether a network has a prefix of the family. */
export function hasFamily({ network }: NetworkRecord, family: AddressFamily): boolean {
  return network.subnets.some(({ prefix }) => prefix.family === family);
}
