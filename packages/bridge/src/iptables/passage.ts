import type { Host, Network } from '@tsnet/core';
import { type JumpPosition, OWN_CHAIN } from '@tsnet/nftables/foreign';
import { familiesOf } from '../bridge-steps.ts';
import { IptablesRefusedError } from '../errors.ts';
import type { FirewallTable } from '../firewall/firewall-table.ts';
import { ACCEPTED_GROUP } from '../mark.ts';
import {
  type Foothold,
  type ForwardChain,
  isAbsent,
  isWhole,
  needsJump,
  positionFor,
  readForwardChains,
} from './forward-chain.ts';
import { restore } from './iptables-program.ts';

/** What is to be there of tsnet: everything, with the jump at that position, or nothing. */
export interface Change {
  readonly foothold: Foothold;
  readonly position: JumpPosition | undefined;
}

const ATTEMPTS = 3;
const FORWARD_JUMP = `FORWARD -j ${OWN_CHAIN}`;
const groupText = `0x${ACCEPTED_GROUP.toString(16)}`;

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
   * Lets networks through where they need that, and makes whole what is there in part.
   *
   * @throws {@link IptablesMissingError}, {@link IptablesRefusedError}
   */
  open(...networks: readonly Network[]): void {
    for (const network of networks) this.#settle(() => openingsFor(network, this.read()));
  }

  /**
   * Takes away what is there, unless more networks than `spared` are in the firewall.
   *
   * @throws {@link IptablesMissingError}, {@link IptablesRefusedError}
   */
  close(spared = 0): void {
    const isInUse = () => (this.#firewall.countNetworks() ?? 0) > spared;
    if (isInUse()) return;
    const closed = this.read().filter((chain) => !isAbsent(chain));
    this.#settle(() =>
      this.read()
        .filter((chain) => !isAbsent(chain))
        .map(closing),
    );
    // A network that came at this moment has seen it there.
    if (!isInUse()) return;
    const isClosed = (chain: ForwardChain) =>
      closed.some(({ family, variant }) => family === chain.family && variant === chain.variant);
    this.#settle(() =>
      this.read()
        .filter((chain) => isClosed(chain) && !isWhole(chain))
        .map(opening),
    );
  }

  /** Others change the same chains: what is refused is looked at again. */
  #settle(look: () => readonly Change[]): void {
    let left = look();
    for (let attempt = 1; left.length > 0; attempt++) {
      try {
        for (const change of left) restore(this.#host, change.foothold, linesOf(change));
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof IptablesRefusedError)) throw error;
      }
      if (attempt === ATTEMPTS) return;
      left = look();
    }
  }
}

/** What lets a network through, where it is not let through, or where it wants to be in any case. */
export function openingsFor(network: Network, chains: readonly ForwardChain[]): readonly Change[] {
  if (network.firewall === 'nftables') return [];
  const isForced = network.firewall === 'iptables';
  return familiesOf(network).flatMap((family): readonly Change[] => {
    const present = chains.filter((chain) => chain.family === family);
    if (present.length === 0 && isForced) {
      const foothold = { family, variant: 'nft', jumps: 0, rules: undefined } as const;
      return [{ foothold, position: 'last' }];
    }
    return present
      .filter((chain) => (isAbsent(chain) ? isForced : !isWhole(chain)) || needsJump(chain, network))
      .map(opening);
  });
}

function opening(chain: ForwardChain): Change {
  return { foothold: chain, position: positionFor(chain) };
}

function closing(chain: ForwardChain): Change {
  return { foothold: chain, position: undefined };
}

function linesOf({ foothold: { jumps, rules }, position }: Change): readonly string[] {
  const noJumps = Array.from({ length: jumps }, () => `-D ${FORWARD_JUMP}`);
  if (position === undefined) return [...noJumps, `-F ${OWN_CHAIN}`, `-X ${OWN_CHAIN}`];
  return [
    `${rules === undefined ? '-N' : '-F'} ${OWN_CHAIN}`,
    `-A ${OWN_CHAIN} -m devgroup --src-group ${groupText} -j ACCEPT`,
    `-A ${OWN_CHAIN} -m devgroup --dst-group ${groupText} -j ACCEPT`,
    ...noJumps,
    `${position === 'first' ? '-I' : '-A'} ${FORWARD_JUMP}`,
  ];
}
