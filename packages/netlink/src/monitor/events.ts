import type { LinkAddress } from '../address/service.ts';
import type { Link } from '../link/link.ts';
import type { Route } from '../route/service.ts';

/** Where something happened. */
interface InNetns {
  /**
   * The namespace, as an id of the monitor's own; undefined for the monitor's own. A link whose other end lies there
   * names it: see {@link Link.peerNetnsId}.
   */
  readonly netnsId: number | undefined;
}

/**
 * A link was added, or is another than before; or it is gone, or has gone to another namespace. Of several changes of one
 * link between two readings the last one is told.
 */
export interface LinkEvent extends InNetns {
  readonly kind: 'link-changed' | 'link-deleted';
  /** As it is, or was at last. */
  readonly link: Link;
}

/** An address was added, or is gone. */
export interface AddressEvent extends InNetns {
  readonly kind: 'address-added' | 'address-deleted';
  readonly address: LinkAddress;
}

/**
 * A route was added, has taken the place of another one, or is gone. The kernel does not tell of routes that go with
 * their link or address.
 */
export interface RouteEvent extends InNetns {
  readonly kind: 'route-added' | 'route-replaced' | 'route-deleted';
  readonly route: Route;
}

/** What kinds of things nf_tables has. */
export type FirewallObject = 'table' | 'chain' | 'rule' | 'set' | 'element' | 'object' | 'flowtable';

/** What one transaction did to one kind of thing in one table. */
export interface FirewallChange {
  readonly change: 'added' | 'deleted';
  readonly what: FirewallObject;
  /** NFPROTO_*: 1 is `inet`. */
  readonly family: number;
  readonly table: string;
}

/** A transaction of nf_tables went through in the monitor's namespace. */
export interface FirewallEvent {
  readonly kind: 'firewall-changed';
  /** Who did it, as the first namespace of processes numbers it. */
  readonly processId: number | undefined;
  /** The name of its program, cut to 15 bytes. */
  readonly program: string | undefined;
  /** Each once. */
  readonly changes: readonly FirewallChange[];
}

/** The kernel had no room for what it had to tell: anything may have happened. */
export interface LostEvent {
  readonly kind: 'lost';
}

/** What a {@link NetlinkMonitor} tells. */
export type NetlinkEvent = LinkEvent | AddressEvent | RouteEvent | FirewallEvent | LostEvent;

/** What a monitor can be asked to tell; {@link LostEvent} it tells always. */
export type NetlinkEventKind = Exclude<NetlinkEvent['kind'], 'lost'>;
