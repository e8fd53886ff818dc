import type { Check } from './check.ts';

const settings = { ipv4: 'bridge-nf-call-iptables', ipv6: 'bridge-nf-call-ip6tables' } as const;

/** Whether frames that a bridge carries between its own ports pass the firewall of the host. */
export const checkBridgedFrames: Check = ({ settings: reading }) => {
  if (reading.kind === 'unread') return [];
  const { bridgedFramesFiltered } = reading.value;
  const on = (['ipv4', 'ipv6'] as const).filter((family) => bridgedFramesFiltered[family]);
  if (on.length === 0) return [];
  return [
    {
      code: 'BRIDGED_FRAMES_FILTERED',
      severity: 'warning',
      subject: 'br_netfilter',
      what: 'Frames between ports of one bridge pass the firewall of the host.',
      why: 'Firewalls of others then also judge packets between sandboxes of one network, each costs more, and sandboxes of an isolated network do not reach published ports at the address of the host.',
      remedy: 'Switch it off, unless Docker or Kubernetes on this host rely on it.',
      commands: on.map((family) => `sysctl -w net.bridge.${settings[family]}=0`),
    },
  ];
};
