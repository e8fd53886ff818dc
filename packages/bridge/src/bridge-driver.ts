import type {
  DesiredNetwork,
  Driver,
  Endpoint,
  Host,
  Network,
  Plan,
  PublishedPort,
  Survey,
  SurveyScope,
  TrafficReport,
  Watch,
  WatchOptions,
} from '@tsnet/core';
import { NetlinkConnection, netlinkProtocols } from '@tsnet/netlink';
import type { Netns } from '@tsnet/netns';
import { openNftables } from '@tsnet/nftables';
import { announceStep } from './announcement/announce-step.ts';
import { Announcer } from './announcement/announcer.ts';
import { createBridgeStep, deleteBridgeStep } from './bridge-steps.ts';
import {
  closeFirewallStep,
  openFirewallStep,
  publishStep,
  unpublishStep,
} from './firewall/firewall-steps.ts';
import { FirewallTable } from './firewall/firewall-table.ts';
import { enableForwardingStep } from './forwarding-step.ts';
import { Passage } from './iptables/passage.ts';
import { closePassageStep, openPassageStep } from './iptables/passage-steps.ts';
import { LinkReaper } from './link-reaper.ts';
import { survey } from './survey/survey.ts';
import { readTraffic } from './traffic.ts';
import { createVethStep, deleteVethStep } from './veth-steps.ts';
import { BridgeWatch } from './watch/bridge-watch.ts';

/** How a {@link BridgeDriver} is opened. */
export interface BridgeDriverOptions {
  /** The driver works in it and does not close it. */
  readonly host: Host;
  /** Told once when libnftables cannot be loaded and the `nft` program is used instead. */
  readonly onFallback?: (reason: string) => void;
}

/**
 * Networks as Linux bridges: sandboxes are joined by veth pairs, the host routes for them, translates
 * addresses on the way out, and publishes ports through maps of one nftables table.
 *
 * Needs CAP_NET_ADMIN and CAP_NET_RAW in the host's namespace.
 */
export class BridgeDriver implements Driver {
  readonly name = 'bridge';
  readonly #host: Host;
  readonly #firewall: FirewallTable;
  readonly #passage: Passage;
  readonly #reaper: LinkReaper;
  readonly #announcer: Announcer;
  /** Ids of endpoints. */
  readonly #announcing = new Set<string>();
  #conntrack: NetlinkConnection | undefined;

  private constructor(options: BridgeDriverOptions) {
    const { host, onFallback } = options;
    const { linux, netns } = host;
    this.#host = host;
    this.#reaper = new LinkReaper(linux, netns.fd);
    this.#announcer = new Announcer(host);
    this.#firewall = new FirewallTable(() =>
      openNftables({ linux, netns: netns.fd, ...(onFallback === undefined ? {} : { onFallback }) }),
    );
    this.#passage = new Passage(host, this.#firewall);
  }

  /** Opens the driver on a host. Nothing is changed. */
  static open(options: BridgeDriverOptions): BridgeDriver {
    return new BridgeDriver(options);
  }

  create(network: Network): Plan {
    return [
      openFirewallStep(this.#firewall, network),
      openPassageStep(this.#passage, network),
      enableForwardingStep(this.#host, this.#firewall, network),
      createBridgeStep(this.#host, network),
    ];
  }

  delete(network: Network): Plan {
    return [
      deleteBridgeStep(this.#host, this.#reaper, network),
      closeFirewallStep(this.#firewall, network),
      closePassageStep(this.#passage, network),
    ];
  }

  connect(network: Network, endpoint: Endpoint, sandbox: Netns): Plan {
    return [createVethStep(this.#host, this.#firewall, network, endpoint, sandbox)];
  }

  announce(
    _network: Network,
    endpoint: Endpoint,
    sandbox: Netns,
    background: (work: Promise<void>) => void,
  ): Plan {
    const whileTelling = (work: Promise<void>) => {
      this.#announcing.add(endpoint.id);
      background(work.finally(() => this.#announcing.delete(endpoint.id)));
    };
    return [announceStep(this.#host, this.#announcer, endpoint, sandbox, whileTelling)];
  }

  disconnect(network: Network, endpoint: Endpoint): Plan {
    return [
      ...this.unpublish(network, endpoint, endpoint.ports),
      deleteVethStep(this.#host, this.#reaper, endpoint),
    ];
  }

  publish(network: Network, endpoint: Endpoint, ports: readonly PublishedPort[]): Plan {
    return ports.length === 0
      ? []
      : [publishStep(this.#firewall, () => this.#openConntrack(), network, endpoint, ports)];
  }

  unpublish(network: Network, endpoint: Endpoint, ports: readonly PublishedPort[]): Plan {
    return ports.length === 0
      ? []
      : [unpublishStep(this.#firewall, () => this.#openConntrack(), network, endpoint, ports)];
  }

  survey(desired: readonly DesiredNetwork[], scope?: SurveyScope): Survey {
    const context = {
      host: this.#host,
      firewall: this.#firewall,
      passage: this.#passage,
      reaper: this.#reaper,
      isBeingAnnounced: (id: string) => this.#announcing.has(id),
    };
    return survey(context, desired, scope);
  }

  watch(options: WatchOptions): Watch {
    return new BridgeWatch(this.#host, options);
  }

  traffic(): TrafficReport {
    return readTraffic(this.#host);
  }

  close(): void {
    this.#firewall.close();
    this.#reaper.close();
    this.#announcer.close();
    this.#conntrack?.close();
    this.#conntrack = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #openConntrack(): NetlinkConnection {
    this.#conntrack ??= NetlinkConnection.open({
      linux: this.#host.linux,
      netns: this.#host.netns.fd,
      protocol: netlinkProtocols.netfilter,
    });
    return this.#conntrack;
  }
}
