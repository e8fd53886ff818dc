import type { Host, Network } from '@tsnet/core';
import { OWN_CHAIN } from '@tsnet/nftables/foreign';
import { familiesOf } from '../bridge-steps.ts';
import { IptablesRefusedError } from '../errors.ts';
import type { FirewallTable } from '../firewall/firewall-table.ts';
import { ACCEPTED_GROUP } from '../mark.ts';
import {
  dropsNetwork,
  type Foothold,
  type ForwardChain,
  type ForwardPlace,
  isAbsent,
  isWhole,
  readForwardChains,
} from './forward-chain.ts';
import { restore } from './iptables-program.ts';

const ATTEMPTS = 3;
const JUMP = `FORWARD -j ${OWN_CHAIN}`;

/**
 * The way of networks through iptables, where that drops what is forwarded: a chain that accepts packets of tsnet's bridges,
 * and one jump to it. That a packet is accepted there decides nothing else: the table of tsnet drops what it drops.
 *
 * The rules are about the link group of bridges: they are the same for one network and for a thousand, and nobody else's
 * packet passes more than two. The chain comes with the first network that needs it, and goes with the last network.
 */
export class Passage {
  readonly #host: Host;
  readonly #firewall: FirewallTable;

  constructor(host: Host, firewall: FirewallTable) {
    this.#host = host;
    this.#firewall = firewall;
  }

  /** The chains FORWARD that are there. */
  read(): readonly ForwardChain[] {
    return readForwardChains(this.#host, this.#firewall);
  }

  /**
   * Lets a network through where it needs that.
   *
   * @throws {@link IptablesMissingError}, {@link IptablesRefusedError}
   */
  open(network: Network): void {
    this.#settle(() => neededBy(network, this.read()).filter((place) => !isWhole(place)), openingLines);
  }

  /** Makes whole what is there in part. */
  mend(): void {
    this.#settle(() => this.read().filter((place) => !isAbsent(place) && !isWhole(place)), openingLines);
  }

  /**
   * Takes away what is there, unless more networks than `spared` are in the firewall.
   *
   * @throws {@link IptablesMissingError}, {@link IptablesRefusedError}
   */
  close(spared = 0): void {
    const isInUse = () => (this.#firewall.countNetworks() ?? 0) > spared;
    if (isInUse()) return;
    const closed = this.#settle(() => this.read().filter((place) => !isAbsent(place)), closingLines);
    // A network that came at this moment has seen it there.
    if (!isInUse()) return;
    this.#settle(() => sameOf(closed, this.read()).filter((place) => !isWhole(place)), openingLines);
  }

  /** Others change the same chains: what is refused is looked at again. Returns what it began with. */
  #settle(
    look: () => readonly Foothold[],
    linesOf: (foothold: Foothold) => readonly string[],
  ): readonly Foothold[] {
    const first = look();
    let left = first;
    let refusal: unknown;
    for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
      try {
        for (const foothold of left) restore(this.#host, foothold, linesOf(foothold));
      } catch (error) {
        if (!(error instanceof IptablesRefusedError)) throw error;
        refusal = error;
      }
      left = look();
    }
    if (left.length > 0 && refusal !== undefined) throw refusal;
    return first;
  }
}

/** Where a network has to be let through, or is to be. */
export function neededBy(network: Network, chains: readonly ForwardChain[]): readonly Foothold[] {
  switch (network.firewall) {
    case 'nftables':
      return [];
    case 'auto':
      return chains.filter((chain) => dropsNetwork(chain, network));
    case 'iptables':
      return familiesOf(network).flatMap((family): readonly Foothold[] => {
        const present = chains.filter((chain) => chain.family === family);
        return present.length > 0 ? present : [{ family, variant: 'nft', jumps: 0, rules: undefined }];
      });
  }
}

function sameOf(places: readonly ForwardPlace[], chains: readonly ForwardChain[]): readonly ForwardChain[] {
  return chains.filter(({ family, variant }) =>
    places.some((place) => place.family === family && place.variant === variant),
  );
}

function openingLines({ jumps, rules }: Foothold): readonly string[] {
  return [
    `${rules === undefined ? '-N' : '-F'} ${OWN_CHAIN}`,
    `-A ${OWN_CHAIN} -m devgroup --src-group ${groupText} -j ACCEPT`,
    `-A ${OWN_CHAIN} -m devgroup --dst-group ${groupText} -j ACCEPT`,
    ...Array.from({ length: jumps }, () => `-D ${JUMP}`),
    `-I ${JUMP}`,
  ];
}

function closingLines({ jumps }: Foothold): readonly string[] {
  return [...Array.from({ length: jumps }, () => `-D ${JUMP}`), `-F ${OWN_CHAIN}`, `-X ${OWN_CHAIN}`];
}

const groupText = `0x${ACCEPTED_GROUP.toString(16)}`;
