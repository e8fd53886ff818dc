import type { AddressFamily } from '@tsnet/inet';
import { type HostFacts, hasFamily, readyNetworks } from '../facts/host-facts.ts';
import type { HostFinding } from '../finding.ts';
import type { Check } from './check.ts';
import { familyNames } from './family-names.ts';
import { shellWord } from './shell-word.ts';

const settingNames = { ipv4: 'net.ipv4.ip_forward', ipv6: 'net.ipv6.conf.all.forwarding' } as const;

/**
 * Whether the host forwards packets in the families of its networks, on their bridges and on the way out. Without
 * networks nothing has to be forwarded: the first one switches it on.
 */
export const checkForwarding: Check = (facts) => [
  ...checkFamily(facts, 'ipv4'),
  ...checkFamily(facts, 'ipv6'),
];

function checkFamily(facts: HostFacts, family: AddressFamily): readonly HostFinding[] {
  const { settings } = facts;
  const networks = readyNetworks(facts).filter(
    (record) => hasFamily(record, family) && !record.network.internal,
  );
  if (settings.kind === 'unread' || networks.length === 0) return [];
  const name = familyNames[family];
  const why = `Sandboxes of ${networks.map(({ network }) => network.name).join(', ')} reach nothing outside their network, and published ports lead nowhere.`;
  const remedy = 'Switch it on, and look for what switched it off under /etc/sysctl.d and in other tools.';
  if (!settings.value.forwarding[family]) {
    return [
      {
        code: 'FORWARDING_OFF',
        severity: 'problem',
        subject: `${name} forwarding`,
        what: `The host does not forward ${name} packets.`,
        why,
        remedy,
        commands: [`sysctl -w ${settingNames[family]}=1`],
      },
    ];
  }
  return linksOf(facts, family).flatMap((ifName) =>
    settings.value.links.get(ifName)?.forwarding[family] === false
      ? [
          {
            code: 'FORWARDING_OFF',
            severity: 'problem',
            subject: `${name} forwarding on ${ifName}`,
            what: `Packets of ${name} that come in by ${ifName} are not forwarded.`,
            why,
            remedy,
            commands: [`sysctl -w ${shellWord(`net/${family}/conf/${ifName}/forwarding`)}=1`],
          },
        ]
      : [],
  );
}

/** The links by which packets come in that have to be forwarded. */
function linksOf(facts: HostFacts, family: AddressFamily): readonly string[] {
  const bridges = readyNetworks(facts)
    .filter((record) => hasFamily(record, family) && !record.network.internal)
    .map(({ network }) => network.ifName);
  if (facts.topology.kind === 'unread') return bridges;
  const { links, waysOut } = facts.topology.value;
  const out = links.find(({ ifIndex }) => ifIndex === waysOut[family]?.ifIndex);
  return [...new Set([...bridges, ...(out === undefined ? [] : [out.ifName])])];
}
