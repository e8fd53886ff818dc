import type { DesiredNetwork, Repair } from '@tsnet/core';
import type { NftElement } from '@tsnet/nftables';
import type { FirewallContents, FirewallTable, SetElements } from '../firewall/firewall-table.ts';
import { networkElements } from '../firewall/network-elements.ts';
import { portElements } from '../firewall/port-elements.ts';
import { everySet } from '../firewall/sets.ts';
import { elementText } from './element-text.ts';

const TABLE_SUBJECT = 'table inet tsnet of nftables';

/** Elements that belong together, and to whom. */
interface Wanted {
  readonly owner: string;
  readonly what: string;
  /** Whether their absence is wrong: else they are merely nobody's leftover. */
  readonly isReady: boolean;
  readonly elements: readonly SetElements[];
}

/** Compares the table with what networks and published ports should have in it. */
export function surveyFirewall(
  firewall: FirewallTable,
  desired: readonly DesiredNetwork[],
): readonly Repair[] {
  const wanted = desired.flatMap(wantedOf);
  const contents = firewall.read();
  if (contents !== undefined) {
    // First what is in the way: a key leads to one place alone.
    return [...unwanted(firewall, contents, wanted), ...missing(firewall, contents, wanted)];
  }
  const ready = wanted.filter(({ isReady }) => isReady);
  if (ready.length === 0) return [];
  return [
    {
      subject: TABLE_SUBJECT,
      problem: 'missing or incomplete',
      owner: undefined,
      isLeftover: false,
      plan: [
        {
          name: 'rebuild-firewall',
          subject: `${ready.length} networks and endpoints`,
          apply: () => firewall.rebuild(merged(ready.flatMap(({ elements }) => elements))),
        },
      ],
    },
  ];
}

function wantedOf({ network, endpoints }: DesiredNetwork): readonly Wanted[] {
  return [
    {
      owner: network.id,
      what: `network ${network.name}`,
      isReady: network.state === 'ready',
      elements: networkElements(network),
    },
    ...endpoints.map((endpoint) => ({
      owner: endpoint.id,
      what: `ports of endpoint ${endpoint.id}`,
      isReady: endpoint.state === 'ready',
      elements: endpoint.ports.flatMap((port) => portElements(endpoint, port)),
    })),
  ];
}

function missing(
  firewall: FirewallTable,
  contents: FirewallContents,
  wanted: readonly Wanted[],
): readonly Repair[] {
  const present = new Map([...contents].map(([set, elements]) => [set, new Set(elements.map(elementText))]));
  return wanted
    .filter(({ isReady }) => isReady)
    .flatMap(({ owner, what, elements }) => {
      const lacking = elements
        .map(({ set, elements: each }) => ({
          set,
          elements: each.filter((element) => !present.get(set.set)?.has(elementText(element))),
        }))
        .filter(({ elements: each }) => each.length > 0);
      if (lacking.length === 0) return [];
      const step = { name: 'open-firewall', subject: what, apply: () => firewall.add(lacking) };
      const problem = `lacks ${what}`;
      return [{ subject: TABLE_SUBJECT, problem, owner, isLeftover: false, plan: [step] }];
    });
}

function unwanted(
  firewall: FirewallTable,
  contents: FirewallContents,
  wanted: readonly Wanted[],
): readonly Repair[] {
  const known = new Map<string, Set<string>>();
  for (const { set, elements } of wanted.flatMap((each) => each.elements)) {
    const texts = known.get(set.set) ?? new Set();
    for (const element of elements) texts.add(elementText(element));
    known.set(set.set, texts);
  }
  return everySet.flatMap((set) => {
    const strangers = (contents.get(set.set) ?? []).filter(
      (element) => !known.get(set.set)?.has(elementText(element)),
    );
    if (strangers.length === 0) return [];
    // What a listing cannot tell the type of is not an element that tsnet has added.
    const elements = strangers.filter((element): element is typeof element & NftElement =>
      element.key.every(({ type }) => type !== 'other'),
    );
    const count = strangers.length === 1 ? 'an element' : `${strangers.length} elements`;
    const problem = `holds ${count} in ${set.set} that nothing wants: ${elementText(strangers[0] ?? { key: [] })}`;
    const step = {
      name: 'close-firewall',
      subject: `${count} of ${set.set}`,
      apply: () => firewall.delete([{ set, elements }]),
    };
    return [{ subject: TABLE_SUBJECT, problem, owner: undefined, isLeftover: true, plan: [step] }];
  });
}

/** Elements of one set together, each once. */
function merged(all: readonly SetElements[]): readonly SetElements[] {
  return [...Map.groupBy(all, ({ set }) => set)].map(([set, groups]) => ({
    set,
    elements: [
      ...new Map(
        groups.flatMap(({ elements }) => elements).map((element) => [elementText(element), element]),
      ).values(),
    ],
  }));
}
