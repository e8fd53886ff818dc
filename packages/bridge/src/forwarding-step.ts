import type { Host, Network, Step } from '@tsnet/core';
import { familiesOf } from './bridge-steps.ts';
import type { FirewallTable } from './firewall/firewall-table.ts';

const settings = { ipv4: 'ipv4/ip_forward', ipv6: 'ipv6/conf/all/forwarding' } as const;

/** Whether the host forwards packets of a family. */
export function isForwarding(host: Host, family: keyof typeof settings): boolean {
  return host.sysctl.read(settings[family]) === '1';
}

/**
 * Lets the host forward packets in the network's families. It stays so when the network goes, since others may
 * rely on it by then. A network that does not come about switches off again what it switched on, unless there is
 * another one in the firewall: so it has to be put there first.
 */
export function enableForwardingStep(host: Host, firewall: FirewallTable, network: Network): Step {
  /** What each setting was that has been changed. */
  const before: Record<string, number> = {};
  const restore = () => {
    // Another network that came meanwhile found the settings as it needs them.
    if (Object.keys(before).length > 0 && (firewall.countNetworks() ?? 0) <= 1) host.sysctl.write(before);
  };
  return {
    name: 'enable-forwarding',
    subject: network.name,
    apply() {
      try {
        for (const family of familiesOf(network)) {
          const setting = settings[family];
          const value = host.sysctl.read(setting);
          if (value === '1') continue;
          host.sysctl.write({ [setting]: 1 });
          before[setting] = Number(value);
        }
      } catch (error) {
        restore();
        throw error;
      }
    },
    undo: { name: 'restore-forwarding', apply: restore },
  };
}
