/**
 * Explains what on a Linux host would break container networking, and what to do about it. It changes nothing.
 *
 * ```ts
 * import { diagnose, readFacts } from '@tsnet/doctor';
 * import { openLinux } from '@tsnet/linux';
 *
 * const { findings } = diagnose(readFacts({ linux: openLinux() }));
 * for (const { code, subject, what, commands } of findings) console.log(code, subject, what, ...commands);
 * ```
 *
 * @packageDocumentation
 */

export type {
  FirewallChain,
  FirewallFamily,
  FirewallRule,
  FirewallTable,
} from '@tsnet/nftables/foreign';
export { type Diagnosis, diagnose } from './diagnose.ts';
export type { HostFacts, NetworkRecord } from './facts/host-facts.ts';
export type { KernelFacts } from './facts/kernel.ts';
export type { LibraryFacts } from './facts/libraries.ts';
export type { LimitFacts, NeighborTable } from './facts/limits.ts';
export type { ProcessFacts } from './facts/process.ts';
export { type ReadFactsOptions, readFacts } from './facts/read-facts.ts';
export { type Reading, read, type Unread, unread } from './facts/reading.ts';
export type { LinkSettings, SettingFacts } from './facts/settings.ts';
export type { ListeningSocket } from './facts/sockets.ts';
export type { Lead, Topology, WayOut } from './facts/topology.ts';
export { type FindingCode, findingCodes, type HostFinding, type Severity } from './finding.ts';
