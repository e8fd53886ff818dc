import { messageFlags } from '@tsnet/netlink';
import type { NftCommand, NftElement, NftFamily, NftSet } from '../command.ts';
import { encodeElement, encodeKey } from './encode-element.ts';
import type { ElementAttributes, ElementMessage } from './message.ts';

/** One message to nf_tables about elements of one set. */
export interface ElementRequest {
  /** Of the message's header: NFNL_SUBSYS_NFTABLES and one of NFT_MSG_*. */
  readonly type: number;
  /** Flags besides request and acknowledge. */
  readonly flags: number;
  readonly message: ElementMessage;
  /** Which command of the transaction it is part of. */
  readonly command: number;
}

/**
 * So many fit into one message, whose list has 16 bits for its length, and into the buffer of a socket, whatever
 * they are. With more of them, it is not reading the text that takes the time.
 */
const MOST_ELEMENTS = 100;

/**
 * A transaction of nothing but elements, as messages; undefined for one that is left to libnftables: it does
 * something else as well, a set does not say what it was made as, or an element is one of those that
 * {@link encodeElement} does not know.
 */
export function encodeCommands(commands: readonly NftCommand[]): readonly ElementRequest[] | undefined {
  const requests: ElementRequest[] = [];
  let count = 0;
  for (const [index, command] of commands.entries()) {
    if (!('elements' in command) || command.set.spec === undefined) return undefined;
    count += command.elements.length;
    if (count > MOST_ELEMENTS) return undefined;
    for (const step of steps[command.verb]) {
      const elements = encodeAll(command.set, command.elements, step.whole);
      if (elements === undefined) return undefined;
      const { type, flags } = step;
      requests.push({ type, flags, message: messageAbout(command.set, elements), command: index });
    }
  }
  return requests;
}

const SUBSYSTEM = 10 << 8;
const NEW_ELEMENTS = SUBSYSTEM | 12;
const DELETE_ELEMENTS = SUBSYSTEM | 14;

const { create, exclusive } = messageFlags;
const ensured = { type: NEW_ELEMENTS, flags: create, whole: true } as const;
const deleted = { type: DELETE_ELEMENTS, flags: 0, whole: false } as const;

/** What each verb is to the kernel: the same as `renderCommand` says to nft. */
const steps = {
  'create-elements': [{ ...ensured, flags: create | exclusive }],
  'add-elements': [ensured],
  'discard-elements': [ensured, deleted],
  'delete-elements': [deleted],
} as const;

function encodeAll(
  { spec }: NftSet,
  elements: readonly NftElement[],
  whole: boolean,
): readonly ElementAttributes[] | undefined {
  if (spec === undefined) return undefined;
  const encoded: ElementAttributes[] = [];
  for (const element of elements) {
    const attributes = whole ? encodeElement(spec, element) : encodeKey(spec, element.key);
    if (attributes === undefined) return undefined;
    encoded.push(attributes);
  }
  return encoded;
}

function messageAbout(
  { family, table, set }: NftSet,
  elements: readonly ElementAttributes[],
): ElementMessage {
  return {
    family: familyNumbers[family],
    version: 0,
    resourceId: 0,
    attributes: { table, set, list: { elements } },
  };
}

/** NFPROTO_* (linux/netfilter.h). */
const familyNumbers: Readonly<Record<NftFamily, number>> = {
  inet: 1,
  ip: 2,
  arp: 3,
  netdev: 5,
  bridge: 7,
  ip6: 10,
};
