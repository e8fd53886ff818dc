import { existsSync } from 'node:fs';
import { isTsnetError } from '@tsnet/errors';
import { inNewNetns, type Linux } from '@tsnet/linux';
import {
  countFlows,
  createBridge,
  createVeth,
  NetlinkConnection,
  type NetlinkRequest,
  netlinkProtocols,
} from '@tsnet/netlink';
import { openNftables } from '@tsnet/nftables';
import { findText } from './proc-file.ts';

/** Something that tsnet needs of the kernel. */
interface Feature {
  readonly name: string;
  /** The modules that it is in, where it is not part of the kernel itself. */
  readonly modules: readonly string[];
  /** Uses it in the namespace where the thread is. Throws where it is missing. */
  readonly use: (linux: Linux) => void;
}

const features: readonly Feature[] = [
  {
    name: 'bridges',
    modules: ['bridge'],
    use: (linux) => withNetlink(linux, createBridge({ ifName: 'tsprobe' })),
  },
  {
    name: 'veth pairs',
    modules: ['veth'],
    use: (linux) => withNetlink(linux, createVeth({ ifName: 'tsprobe0', peer: { ifName: 'tsprobe1' } })),
  },
  { name: 'connection tracking over netlink', modules: ['nf_conntrack_netlink'], use: useConntrack },
  {
    name: 'nftables with maps, NAT and routing look-ups',
    modules: ['nf_tables', 'nft_chain_nat', 'nft_masq', 'nft_ct', 'nft_fib_inet'],
    use: useNftables,
  },
];

/** The parts of nftables that the firewall of networks is made of. */
const ruleset = `
table inet tsprobe {
  map ports { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
  set bridges { type ifname; }
  chain to_port { dnat ip to ip daddr . meta l4proto . th dport map @ports; }
  chain from_outside { type nat hook prerouting priority -100; fib daddr type local jump to_port; }
  chain source { type nat hook postrouting priority 100; iifname @bridges masquerade; }
  chain forward { type filter hook forward priority 0; ct status dnat accept; }
}`;

/** Where the modules of kernels lie, and those that are loaded or part of this one. */
export interface ModuleDirectories {
  readonly modules: string;
  readonly loaded: string;
}

/**
 * What tsnet needs of the kernel and this one lacks. A module that is loaded, or can be, is taken to work; what there is no
 * module of is tried in a namespace of its own, which is gone when this returns. Needs CAP_SYS_ADMIN for that, and
 * libnftables to try nftables.
 */
export function findMissingFeatures(
  linux: Linux,
  release: string,
  directories: ModuleDirectories,
): readonly string[] {
  const known = knownModules(`${directories.modules}/${release}`);
  const doubtful = features.filter(
    ({ modules }) => !modules.every((name) => known.has(name) || existsSync(`${directories.loaded}/${name}`)),
  );
  if (doubtful.length === 0) return [];
  return inNewNetns(linux, () => doubtful.filter(({ use }) => isMissing(() => use(linux)))).map(
    ({ name }) => name,
  );
}

/** The modules that are built into the kernel, or can be loaded. */
function knownModules(directory: string): ReadonlySet<string> {
  const lists = ['modules.builtin', 'modules.dep'].map((name) => findText(`${directory}/${name}`) ?? '');
  const lines = lists.join('\n').split('\n');
  return new Set(
    lines.flatMap((line) => {
      const [, name] = /([^/:\s]+)\.ko(?:\.\w+)?(?::|$)/.exec(line) ?? [];
      return name === undefined ? [] : [name.replaceAll('-', '_')];
    }),
  );
}

/** How the kernel says that it has no such thing. */
const missingKinds: ReadonlySet<string> = new Set(['unsupported', 'not-found', 'invalid']);

function isMissing(use: () => void): boolean {
  try {
    use();
    return false;
  } catch (error) {
    if (isTsnetError(error) && error.code !== 'NFTABLES_MISSING' && missingKinds.has(error.kind)) return true;
    throw error;
  }
}

function withNetlink(linux: Linux, request: NetlinkRequest): void {
  using netlink = NetlinkConnection.open({ linux });
  netlink.send(request);
}

function useConntrack(linux: Linux): void {
  using netlink = NetlinkConnection.open({ linux, protocol: netlinkProtocols.netfilter });
  countFlows(netlink);
}

function useNftables(linux: Linux): void {
  using nftables = openNftables({ linux, backend: 'libnftables' });
  nftables.run(ruleset);
}
