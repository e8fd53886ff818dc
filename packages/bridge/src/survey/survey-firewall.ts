import type { DesiredNetwork, Repair } from '@tsnet/core';
import type { ListedElement, NftElement, NftSet } from '@tsnet/nftables';
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
  readonly elements: readonly WantedElements[];
}

/** Elements of one set by their texts, by which they are compared. */
interface WantedElements {
  readonly set: NftSet;
  readonly byText: ReadonlyMap<string, NftElement>;
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
    const present = presentIn(contents);
    return [...unwanted(firewall, present, wanted), ...missing(firewall, present, wanted)];
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
      elements: networkElements(network).map(withTexts),
    },
    ...endpoints.map((endpoint) => ({
      owner: endpoint.id,
      what: `ports of endpoint ${endpoint.id}`,
      isReady: endpoint.state === 'ready',
      elements: endpoint.ports.flatMap((port) => portElements(network, endpoint, port)).map(withTexts),
    })),
  ];
}

function withTexts({ set, elements }: SetElements): WantedElements {
  return { set, byText: new Map(elements.map((element) => [elementText(element), element])) };
}

/** What the sets hold, by name and by the texts of their elements. */
type Present = ReadonlyMap<string, ReadonlyMap<string, ListedElement>>;

function presentIn(contents: FirewallContents): Present {
  return new Map(
    [...contents].map(([set, elements]) => [
      set,
      new Map(elements.map((element) => [elementText(element), element])),
    ]),
  );
}

function missing(firewall: FirewallTable, present: Present, wanted: readonly Wanted[]): readonly Repair[] {
  return wanted
    .filter(({ isReady }) => isReady)
    .flatMap(({ owner, what, elements }) => {
      const lacking = elements
        .map(({ set, byText }) => ({
          set,
          elements: [...byText]
            .filter(([text]) => !present.get(set.set)?.has(text))
            .map(([, element]) => element),
        }))
        .filter(({ elements: each }) => each.length > 0);
      if (lacking.length === 0) return [];
      const step = { name: 'open-firewall', subject: what, apply: () => firewall.add(lacking) };
      const problem = `lacks ${what}`;
      return [{ subject: TABLE_SUBJECT, problem, owner, isLeftover: false, plan: [step] }];
    });
}

function unwanted(firewall: FirewallTable, present: Present, wanted: readonly Wanted[]): readonly Repair[] {
  const known = new Map(everySet.map(({ set }) => [set, new Set<string>()]));
  for (const { set, byText } of wanted.flatMap((each) => each.elements)) {
    for (const text of byText.keys()) known.get(set.set)?.add(text);
  }
  return everySet.flatMap((set) => {
    const strangers = [...(present.get(set.set) ?? [])].filter(([text]) => !known.get(set.set)?.has(text));
    const [first] = strangers;
    if (first === undefined) return [];
    // What a listing cannot tell the type of is not an element that tsnet has added.
    const elements = strangers
      .map(([, element]) => element)
      .filter((element): element is typeof element & NftElement =>
        element.key.every(({ type }) => type !== 'other'),
      );
    const count = strangers.length === 1 ? 'an element' : `${strangers.length} elements`;
    const problem = `holds ${count} in ${set.set} that nothing wants: ${first[0]}`;
    const step = {
      name: 'close-firewall',
      subject: `${count} of ${set.set}`,
      apply: () => firewall.delete([{ set, elements }]),
    };
    return [{ subject: TABLE_SUBJECT, problem, owner: undefined, isLeftover: true, plan: [step] }];
  });
}

/** Elements of one set together, each once. */
function merged(all: readonly WantedElements[]): readonly SetElements[] {
  return [...Map.groupBy(all, ({ set }) => set)].map(([set, groups]) => ({
    set,
    elements: [...new Map(groups.flatMap(({ byText }) => [...byText])).values()],
  }));
}
