import { hasFamily, readyNetworks } from '../facts/host-facts.ts';
import type { HostFinding } from '../finding.ts';
import type { Check } from './check.ts';

/** Whether the kernel is new enough and has what networks are made of. */
export const checkKernel: Check = (facts) => [
  ...checkAge(facts),
  ...checkFeatures(facts),
  ...checkIpv6(facts),
];

const checkAge: Check = ({ kernel }) =>
  kernel.kind === 'unread' || kernel.value.hasNetnsCookie
    ? []
    : [
        {
          code: 'KERNEL_TOO_OLD',
          severity: 'problem',
          subject: `Linux ${kernel.value.release}`,
          what: 'It gives namespaces no cookies, as Linux does since 5.14.',
          why: 'Without them a sandbox cannot be told from a later one, and nothing can be connected.',
          remedy: 'Boot Linux 5.14 or a later one.',
          commands: [],
        },
      ];

const checkFeatures: Check = ({ missingFeatures }) =>
  missingFeatures.kind === 'unread'
    ? []
    : missingFeatures.value.map(
        (name): HostFinding => ({
          code: 'KERNEL_FEATURE_MISSING',
          severity: 'problem',
          subject: name,
          what: `This kernel has no ${name}.`,
          why: 'Networks are made of them.',
          remedy:
            'Reboot, if the kernel was upgraded and the modules of the running one are gone; else install its modules, or a kernel that has them.',
          commands: [],
        }),
      );

const checkIpv6: Check = (facts) => {
  const { settings } = facts;
  if (settings.kind === 'unread') return [];
  const { hasIpv6, ipv6Disabled, links } = settings.value;
  const networks = readyNetworks(facts).filter((record) => hasFamily(record, 'ipv6'));
  if (!hasIpv6) {
    return [
      {
        code: 'KERNEL_FEATURE_MISSING',
        severity: networks.length > 0 ? 'problem' : 'warning',
        subject: 'IPv6',
        what: 'This kernel has no IPv6, or was started without it.',
        why: 'Networks with an IPv6 prefix cannot be made.',
        remedy: 'Take ipv6.disable=1 from the command line of the kernel, and reboot; or use IPv4 alone.',
        commands: [],
      },
    ];
  }
  const cut = networks.filter(({ network }) => links.get(network.ifName)?.ipv6Disabled === true);
  if (networks.length === 0 || (!ipv6Disabled && cut.length === 0)) return [];
  return [
    {
      code: 'IPV6_DISABLED',
      severity: cut.length > 0 ? 'problem' : 'warning',
      subject: cut.length > 0 ? cut.map(({ network }) => `bridge ${network.ifName}`).join(', ') : 'IPv6',
      what: 'IPv6 is switched off there.',
      why: 'Packets of networks with an IPv6 prefix go nowhere.',
      remedy: 'Switch it on for all links, and look for what switched it off under /etc/sysctl.d.',
      commands: ['sysctl -w net.ipv6.conf.all.disable_ipv6=0'],
    },
  ];
};
