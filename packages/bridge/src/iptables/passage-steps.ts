import { type Network, type Step, takeBack } from '@tsnet/core';
import type { Passage } from './passage.ts';

/** Lets a network through iptables where that is needed; its rules in the table of tsnet come first. */
export function openPassageStep(passage: Passage, network: Network): Step {
  // The network itself is still in the firewall then.
  const close = () => passage.close(1);
  return {
    name: 'open-iptables',
    subject: network.ifName,
    apply() {
      try {
        passage.open(network);
      } catch (error) {
        takeBack(error, close);
      }
    },
    undo: { name: 'close-iptables', apply: close },
  };
}

/** Takes what lets networks through iptables away with the last of them, which is out of the table of tsnet already. */
export function closePassageStep(passage: Passage, network: Network): Step {
  return { name: 'close-iptables', subject: network.ifName, apply: () => passage.close() };
}
