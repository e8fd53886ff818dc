import type { Netns } from '@tsnet/netns';
import type { Endpoint } from './model/endpoint.ts';
import type { Network } from './model/network.ts';
import type { PublishedPort } from './model/port.ts';
import type { Plan } from './plan.ts';

/** What is wrong in the kernel. */
export interface Finding {
  /** The thing: `bridge web0`. */
  readonly subject: string;
  /** What is wrong with it: `missing`. */
  readonly problem: string;
  /** The id of the network or endpoint that it belongs to, or belonged to; undefined where that cannot be told. */
  readonly owner: string | undefined;
}

/** Something that is not as it should be, with what puts it right. */
export interface Repair extends Finding {
  /** Nothing on record wants it: what is wrong is that it is there. */
  readonly isLeftover: boolean;
  readonly plan: Plan;
}

/** A network with its endpoints, as they should be. What is not `ready` is neither repaired nor left over. */
export interface DesiredNetwork {
  readonly network: Network;
  readonly endpoints: readonly Endpoint[];
}

/** What a driver finds when it compares all that should be with all that is. */
export interface Survey {
  readonly repairs: readonly Repair[];
  /**
   * The sandbox's ends of the endpoints that have a link, by the endpoint's id. One that is not among them has lost its
   * link, or its sandbox is gone: the engine knows which.
   */
  readonly ends: ReadonlyMap<string, SandboxEnd>;
}

/** What the host can tell of the end of a link that lies in a sandbox. */
export interface SandboxEnd {
  /** In the sandbox. */
  readonly ifIndex: number;
  readonly up: boolean;
}

/** What of all that should be is compared with what is. */
export interface SurveyScope {
  /** Ids of networks, with all their endpoints' links, and of endpoints. */
  readonly owners: ReadonlySet<string>;
  /** Whether what a driver keeps for all networks together is among it, as a firewall's table is. */
  readonly shared: boolean;
}

/** What a driver has noticed. */
export type Change =
  /**
   * Something has become of a network or endpoint, whether on record or not. What is told of a part takes back what was
   * told of the same part before.
   */
  | { readonly what: 'owner'; readonly id: string; readonly part: string; readonly isWell: boolean }
  /** Somebody else has changed what the driver keeps for all networks together. */
  | { readonly what: 'shared' }
  /** Anything may have happened. */
  | { readonly what: 'everything' };

/** Who is told what a driver notices. */
export interface WatchOptions {
  readonly onChanges: (changes: readonly Change[]) => void;
  /** Told what goes wrong with watching, which goes on. */
  readonly onFailure: (error: unknown) => void;
}

/** A driver that watches. */
export interface Watch extends AsyncDisposable {
  /** Tells at once what has happened so far. */
  read(): void;
  /** Ends it; once or often. Nothing is told any more. */
  close(): Promise<void>;
}

/** What has gone over a link. */
export interface Traffic {
  readonly receivedBytes: bigint;
  readonly receivedPackets: bigint;
  readonly sentBytes: bigint;
  readonly sentPackets: bigint;
}

/** What has gone over links since they were made. */
export interface TrafficReport {
  /** By the id of the endpoint. Received is what its sandbox has received over it, and sent is what that has sent. */
  readonly endpoints: ReadonlyMap<string, Traffic>;
  /**
   * By the id of the network: what has gone between its sandboxes and the host, and so with all that is behind the host.
   * Received is what came to the sandboxes. What they say to each other is counted at their endpoints alone.
   */
  readonly networks: ReadonlyMap<string, Traffic>;
}

/**
 * Makes networks and joins endpoints to them. Methods that make, join or take away return a plan and
 * change nothing themselves; plans that delete succeed when the thing is gone already, and never touch what does not
 * bear tsnet's mark.
 *
 * The driver makes the link whose sandbox end is named `endpoint.ifName` inside the sandbox. The engine
 * gives that end its addresses and routes.
 */
export interface Driver extends Disposable {
  /** As networks name it: `bridge`. */
  readonly name: string;
  create(network: Network): Plan;
  delete(network: Network): Plan;
  connect(network: Network, endpoint: Endpoint, sandbox: Netns): Plan;
  /**
   * Tells everybody on the network where the addresses of an endpoint are, whose link is up: by gratuitous ARP
   * (RFC 5227) and unsolicited neighbor advertisements (RFC 4861 section 7.2.6).
   *
   * @param background - takes what may go on when the plan has been applied; it resolves when all have been told.
   */
  announce(
    network: Network,
    endpoint: Endpoint,
    sandbox: Netns,
    background: (work: Promise<void>) => void,
  ): Plan;
  /** For a sandbox that lives or is gone. Settles when the kernel has forgotten the link. */
  disconnect(network: Network, endpoint: Endpoint): Plan;
  /** Opens ports of an endpoint that is being connected, or is. */
  publish(network: Network, endpoint: Endpoint, ports: readonly PublishedPort[]): Plan;
  unpublish(network: Network, endpoint: Endpoint, ports: readonly PublishedPort[]): Plan;
  /**
   * Compares what should be, all of it, with what the kernel has, in a few reads, and says how to make it so. What does not
   * bear tsnet's mark is nobody's leftover.
   *
   * @param scope - what of it to look at; then nothing is left over. All by default.
   */
  survey(desired: readonly DesiredNetwork[], scope?: SurveyScope): Survey;
  /**
   * Begins to watch for what may be damage to what bears tsnet's mark, be it in a sandbox. What the driver does itself, it
   * tells at most as what it came to in the end.
   */
  watch(options: WatchOptions): Watch;
  /** Reads counters of all that bears tsnet's mark, in one read. */
  traffic(): TrafficReport;
  /** Lets go of sockets; the networks stay. */
  close(): void;
}
