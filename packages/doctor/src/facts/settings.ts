import { findNumber } from './proc-file.ts';

/** Settings of the kernel under /proc/sys/net. Undefined where it has none. */
export interface SettingFacts {
  readonly forwarding: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** The kernel has IPv6. */
  readonly hasIpv6: boolean;
  /** IPv6 is switched off on links that come, unless they say otherwise. */
  readonly ipv6Disabled: boolean;
  /** Frames that a bridge carries pass the firewall (br_netfilter). */
  readonly bridgedFramesFiltered: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** By the name of the link. */
  readonly links: ReadonlyMap<string, LinkSettings>;
}

/** Settings of one link. */
export interface LinkSettings {
  readonly forwarding: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** The stricter of the link's own and that of all: 0 off, 1 strict, 2 loose. */
  readonly rpFilter: number;
  /** Whether router advertisements are heeded: 0 never, 1 unless forwarding, 2 always. */
  readonly acceptRa: number;
  readonly ipv6Disabled: boolean;
}

/** Reads the settings of the thread's namespace. Needs no privilege. */
export function readSettings(procDirectory: string, ifNames: readonly string[]): SettingFacts {
  const directory = `${procDirectory}/sys/net`;
  const number = (name: string) => findNumber(`${directory}/${name}`);
  const isOn = (name: string) => (number(name) ?? 0) !== 0;
  const rpFilterOfAll = number('ipv4/conf/all/rp_filter') ?? 0;
  return {
    forwarding: { ipv4: isOn('ipv4/ip_forward'), ipv6: isOn('ipv6/conf/all/forwarding') },
    hasIpv6: number('ipv6/conf/all/forwarding') !== undefined,
    ipv6Disabled: isOn('ipv6/conf/all/disable_ipv6'),
    bridgedFramesFiltered: {
      ipv4: isOn('bridge/bridge-nf-call-iptables'),
      ipv6: isOn('bridge/bridge-nf-call-ip6tables'),
    },
    links: new Map(
      ifNames.map((ifName): [string, LinkSettings] => [
        ifName,
        {
          forwarding: {
            ipv4: isOn(`ipv4/conf/${ifName}/forwarding`),
            ipv6: isOn(`ipv6/conf/${ifName}/forwarding`),
          },
          rpFilter: Math.max(rpFilterOfAll, number(`ipv4/conf/${ifName}/rp_filter`) ?? 0),
          acceptRa: number(`ipv6/conf/${ifName}/accept_ra`) ?? 0,
          ipv6Disabled: isOn(`ipv6/conf/${ifName}/disable_ipv6`),
        },
      ]),
    ),
  };
}
