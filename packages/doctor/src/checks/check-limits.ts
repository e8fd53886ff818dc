import type { AddressFamily } from '@tsnet/inet';
import { type HostFacts, hasFamily, readyNetworks } from '../facts/host-facts.ts';
import type { LimitFacts } from '../facts/limits.ts';
import { findBridge } from '../facts/topology.ts';
import type { HostFinding, Severity } from '../finding.ts';
import type { Check } from './check.ts';
import { familyNames } from './family-names.ts';

/** Each open network, namespace and store takes some. */
const FEW_FILES = 256;
/** BR_MAX_PORTS less the number that none has. */
const BRIDGE_PORTS = 1023;

/** Whether a table of the kernel is full, or will be soon. */
export const checkLimits: Check = (facts) => [
  ...checkFiles(facts),
  ...checkBridges(facts),
  ...(facts.limits.kind === 'unread'
    ? []
    : [
        ...checkConntrack(facts.limits.value),
        ...checkNeighbors(facts, facts.limits.value, 'ipv4'),
        ...checkNeighbors(facts, facts.limits.value, 'ipv6'),
      ]),
];

function checkFiles({ process, limits }: HostFacts): readonly HostFinding[] {
  const own = process.kind === 'unread' ? Number.POSITIVE_INFINITY : process.value.openFiles;
  const machine = limits.kind === 'unread' ? undefined : limits.value.machineFiles;
  const finding = {
    code: 'FILES_LIMIT_LOW',
    severity: 'warning',
    why: 'What cannot open a file or a socket fails half way.',
  } as const;
  return [
    ...(own >= FEW_FILES
      ? []
      : [
          {
            ...finding,
            subject: 'open files of this process',
            what: `It may have ${own} open.`,
            remedy: 'Raise the limit of the shell or service.',
            commands: ['ulimit -n 1024'],
          },
        ]),
    ...(machine === undefined || machine.count < 0.9 * machine.max
      ? []
      : [
          {
            ...finding,
            subject: 'open files of the machine',
            what: `All processes together have ${machine.count} of ${machine.max} open.`,
            remedy: 'Find who has so many, or raise the limit.',
            commands: [`sysctl -w fs.file-max=${2 * machine.max}`],
          },
        ]),
  ];
}

function checkConntrack({ conntrack }: LimitFacts): readonly HostFinding[] {
  if (conntrack === undefined) return [];
  const { count, max } = conntrack;
  const severity = severityOf(count, 0.8 * max, 0.95 * max);
  if (max === 0 || severity === undefined) return [];
  return [
    {
      code: 'CONNTRACK_FULL',
      severity,
      subject: 'connection tracking',
      what: `It holds ${count} of at most ${max} connections.`,
      why: 'When it is full, new connections are dropped.',
      remedy: 'Raise the limit; `conntrack -L` shows what fills it.',
      commands: [`sysctl -w net.netfilter.nf_conntrack_max=${2 * max}`],
    },
  ];
}

/** An endpoint is an entry of the host, and its gateway one of the sandbox: all namespaces share one table. */
function checkNeighbors(facts: HostFacts, limits: LimitFacts, family: AddressFamily): readonly HostFinding[] {
  const table = limits.neighbors[family];
  if (table === undefined) return [];
  const endpoints = readyNetworks(facts)
    .filter((record) => hasFamily(record, family))
    .reduce((sum, record) => sum + record.endpoints.length, 0);
  const severity = severityOf(endpoints, table.max / 2, table.max);
  const commands = raise(family, Math.max(4 * endpoints, 2 * table.max));
  const finding = {
    subject: `${familyNames[family]} neighbor table`,
    why: 'What has no entry cannot be sent to: connections of sandboxes fail now and then.',
    remedy: 'Raise its limits.',
    commands,
  } as const;
  return [
    ...(severity === undefined
      ? []
      : [
          {
            ...finding,
            code: 'NEIGHBOR_TABLE_SMALL' as const,
            severity,
            what: `It takes ${table.max} entries (gc_thresh3), and there are ${endpoints} endpoints, each of which needs two.`,
          },
        ]),
    ...(table.refusals === 0
      ? []
      : [
          {
            ...finding,
            code: 'NEIGHBOR_TABLE_OVERFLOWED' as const,
            severity: 'warning' as const,
            what: `It was full ${table.refusals} times since the machine started.`,
          },
        ]),
  ];
}

function checkBridges(facts: HostFacts): readonly HostFinding[] {
  const { topology } = facts;
  if (topology.kind === 'unread') return [];
  return readyNetworks(facts).flatMap(({ network }): readonly HostFinding[] => {
    const bridge = findBridge(topology.value, network);
    const ports = topology.value.links.filter(
      ({ master }) => master !== undefined && master === bridge?.ifIndex,
    ).length;
    const severity = severityOf(ports, 0.9 * BRIDGE_PORTS, BRIDGE_PORTS);
    if (severity === undefined) return [];
    return [
      {
        code: 'BRIDGE_FULL',
        severity,
        subject: `bridge ${network.ifName}`,
        what: `It has ${ports} of the ${BRIDGE_PORTS} ports that a bridge of Linux can have.`,
        why: 'When it is full, no sandbox can be connected to the network.',
        remedy: 'Spread the sandboxes over several networks.',
        commands: [],
      },
    ];
  });
}

function severityOf(count: number, warning: number, problem: number): Severity | undefined {
  return count >= problem ? 'problem' : count >= warning ? 'warning' : undefined;
}

function raise(family: AddressFamily, max: number): readonly string[] {
  const directory = `net.${family}.neigh.default`;
  return [`sysctl -w ${directory}.gc_thresh2=${max / 2} ${directory}.gc_thresh3=${max}`];
}
