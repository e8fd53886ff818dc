import type { AddressFamily, IpPrefix } from '@tsnet/inet';

/** A kind of packet that networks need forwarded, so far as it is known: what is undefined may be anything. */
export interface Flow {
  /** In a sentence: `from web to the world`. */
  readonly name: string;
  readonly family: AddressFamily;
  readonly inputLink: string;
  readonly outputLink: string;
  readonly source: IpPrefix | undefined;
  readonly destination: IpPrefix | undefined;
  /** What connection tracking says of it. */
  readonly state: 'new' | 'established';
  /** Its destination was translated: it came to a published port. */
  readonly translated: boolean;
  /** Its network is one that tsnet's chain of iptables lets through: see {@link OWN_CHAIN}. */
  readonly accepted: boolean;
}

/** The chain of iptables by which tsnet has the packets of its networks accepted. */
export const OWN_CHAIN = 'TSNET-FORWARD';

/** The protocol of a {@link Flow}: one that every network needs. */
export const FLOW_PROTOCOL = { name: 'tcp', number: 6 } as const;
