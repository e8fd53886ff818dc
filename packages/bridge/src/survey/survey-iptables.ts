import type { DesiredNetwork, Network, Repair } from '@tsnet/core';
import { type ForwardPlace, isAbsent, isWhole } from '../iptables/forward-chain.ts';
import { neededBy, type Passage } from '../iptables/passage.ts';

/** Compares the chains FORWARD of iptables with what networks need there. */
export function surveyIptables(passage: Passage, desired: readonly DesiredNetwork[]): readonly Repair[] {
  const chains = passage.read();
  const networks = desired.map(({ network }) => network);
  if (networks.length === 0) {
    return chains
      .filter((chain) => !isAbsent(chain))
      .map((chain) => ({
        subject: subjectOf(chain),
        problem: 'lets networks through, and there are none',
        owner: undefined,
        isLeftover: true,
        plan: [{ name: 'close-iptables', subject: subjectOf(chain), apply: () => passage.close() }],
      }));
  }
  const ready = networks.filter(({ state }) => state === 'ready');
  const shut = ready.flatMap((network) =>
    neededBy(network, chains)
      .filter(isAbsent)
      .map((place) => ({ network, subject: subjectOf(place) })),
  );
  return [
    ...[...Map.groupBy(shut, ({ subject }) => subject)].map(([subject, members]) =>
      shutRepair(
        passage,
        subject,
        members.map(({ network }) => network),
      ),
    ),
    ...chains
      .filter((chain) => !isAbsent(chain) && !isWhole(chain))
      .map((chain) => ({
        subject: subjectOf(chain),
        problem: 'has only part of what lets networks through',
        owner: undefined,
        isLeftover: false,
        plan: [{ name: 'open-iptables', subject: subjectOf(chain), apply: () => passage.mend() }],
      })),
  ];
}

function shutRepair(passage: Passage, subject: string, networks: readonly Network[]): Repair {
  const names = networks
    .map(({ name }) => name)
    .toSorted()
    .join(', ');
  return {
    subject,
    problem: `does not let through ${networks.length === 1 ? 'network' : 'networks'} ${names}`,
    owner: undefined,
    isLeftover: false,
    // What one needs is the same for all of them.
    plan: networks.slice(0, 1).map((network) => ({
      name: 'open-iptables',
      subject,
      apply: () => passage.open(network),
    })),
  };
}

function subjectOf({ family, variant }: ForwardPlace): string {
  const program = family === 'ipv4' ? 'iptables' : 'ip6tables';
  return `chain FORWARD of ${program}${variant === 'legacy' ? '-legacy' : ''}`;
}
