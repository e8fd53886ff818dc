import { env } from 'node:process';
import { inNetns, type Linux } from '@tsnet/linux';
import { listLinks, NetlinkConnection } from '@tsnet/netlink';
import { readLegacyTables, readNftables } from '@tsnet/nftables/foreign';
import { findMissingFeatures } from './features.ts';
import type { HostFacts, NetworkRecord } from './host-facts.ts';
import { readKernel } from './kernel.ts';
import { readLibraries } from './libraries.ts';
import { readLimits } from './limits.ts';
import { readProcess } from './process.ts';
import { attempt, type Reading, unread, valueOr } from './reading.ts';
import { readSettings } from './settings.ts';
import { readSockets } from './sockets.ts';
import { readTopology } from './topology.ts';

/** What {@link readFacts} needs. */
export interface ReadFactsOptions {
  readonly linux: Linux;
  /** An open descriptor of the namespace that stands for the host; the thread's own by default. */
  readonly netns?: number | undefined;
  /** The networks on record; what could not be read is told with the rest. */
  readonly networks?: Reading<readonly NetworkRecord[]>;
  readonly procDirectory?: string;
  /** Where the modules of kernels lie: `/lib/modules` by default. */
  readonly moduleDirectory?: string;
  /** Where programs are looked for; PATH by default. */
  readonly searchPath?: string;
}

/**
 * Reads all that the checks look at, in one synchronous stretch. Nothing is changed and no process is started. Each part
 * that cannot be read says so: as root all of them can, without privilege most. To act in another namespace than the
 * thread's takes CAP_SYS_ADMIN.
 *
 * @throws {@link SystemCallError} when the namespace cannot be entered.
 */
export function readFacts(options: ReadFactsOptions): HostFacts {
  const { linux, netns } = options;
  return inNetns(linux, netns, () => readHere(options));
}

function readHere(options: ReadFactsOptions): HostFacts {
  const { linux, procDirectory = '/proc', networks = { kind: 'read', value: [] } } = options;
  const { moduleDirectory = '/lib/modules', searchPath = env.PATH ?? '' } = options;
  const known = valueOr(networks, []);
  const kernel = attempt('the kernel', () => readKernel(linux, procDirectory));
  const libraries = attempt('libnftables', () => readLibraries(searchPath));
  const process = attempt('the privileges of this process', () => readProcess(procDirectory));
  return {
    networks,
    process,
    kernel,
    missingFeatures: attempt('what the kernel can do', () =>
      findMissingFeatures(linux, valueOr(kernel, { release: '' }).release, {
        modules: moduleDirectory,
        loaded: '/sys/module',
      }),
    ),
    libraries,
    settings: attempt('the settings of the kernel', () => readSettings(procDirectory, linkNames(linux))),
    topology: attempt('links, addresses and routes', () => {
      using netlink = NetlinkConnection.open({ linux });
      return readTopology(netlink, known);
    }),
    nftables: readForeignTables(linux, process, libraries),
    legacyTables: attempt('the tables of iptables-legacy', () => readLegacyTables(linux, procDirectory)),
    sockets: attempt('the listening sockets of the host', () =>
      readSockets(procDirectory, isPublished(known)),
    ),
    limits: attempt('the limits of the kernel', () => readLimits(procDirectory)),
  };
}

/** libnftables itself complains on stderr where a privilege is missing. */
function readForeignTables(
  linux: Linux,
  process: HostFacts['process'],
  libraries: HostFacts['libraries'],
): HostFacts['nftables'] {
  const what = 'the firewalls of others in nftables';
  const missing = process.kind === 'read' ? process.value.missingCapabilities : [];
  if (missing.includes('CAP_NET_ADMIN')) return unread(what, 'it takes CAP_NET_ADMIN');
  if (libraries.kind === 'read' && !libraries.value.libnftables) return unread(what, 'it takes libnftables');
  return attempt(what, () => readNftables(linux));
}

function linkNames(linux: Linux): readonly string[] {
  using netlink = NetlinkConnection.open({ linux });
  return listLinks(netlink).map(({ ifName }) => ifName);
}

function isPublished(networks: readonly NetworkRecord[]): Parameters<typeof readSockets>[1] {
  const ports = networks.flatMap(({ endpoints }) => endpoints.flatMap((endpoint) => endpoint.ports));
  return (protocol, port) =>
    ports.some(
      (spec) => spec.protocol === protocol && port >= spec.hostPort && port < spec.hostPort + spec.count,
    );
}
