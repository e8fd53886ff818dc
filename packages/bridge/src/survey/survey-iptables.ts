import type { DesiredNetwork, Network, Repair } from '@tsnet/core';
import { type ForwardPlace, isAbsent } from '../iptables/forward-chain.ts';
import { openingsFor, type Passage } from '../iptables/passage.ts';

/** Compares the chains FORWARD of iptables with what networks need there. */
export function surveyIptables(passage: Passage, desired: readonly DesiredNetwork[]): readonly Repair[] {
  const chains = passage.read();
  if (desired.length === 0) {
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
  const ready = desired.map(({ network }) => network).filter(({ state }) => state === 'ready');
  const shut = ready.flatMap((network) =>
    openingsFor(network, chains).map(({ foothold }) => ({ network, subject: subjectOf(foothold) })),
  );
  return [...Map.groupBy(shut, ({ subject }) => subject)].map(([subject, members]) =>
    shutRepair(
      passage,
      subject,
      members.map(({ network }) => network),
    ),
  );
}

function shutRepair(passage: Passage, subject: string, networks: readonly Network[]): Repair {
  const names = networks.map(({ name }) => name).toSorted();
  return {
    subject,
    problem: `does not let networks through as it should: ${names.join(', ')}`,
    owner: undefined,
    isLeftover: false,
    plan: [{ name: 'open-iptables', subject, apply: () => passage.open(...networks) }],
  };
}

function subjectOf({ family, variant }: ForwardPlace): string {
  const program = family === 'ipv4' ? 'iptables' : 'ip6tables';
  return `chain FORWARD of ${program}${variant === 'legacy' ? '-legacy' : ''}`;
}
