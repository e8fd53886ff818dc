import { netfilterHeader } from '../conntrack/header.ts';
import { be32, text } from '../wire/attribute.ts';
import { attributeSet } from '../wire/attribute-set.ts';
import { messageCodec, messageReader } from '../wire/message.ts';
import type { FirewallChange, FirewallEvent, FirewallObject } from './events.ts';

/** NFNL_SUBSYS_NFTABLES, in the upper byte of a message's type. */
const NFTABLES = 10;
/** NFT_MSG_NEWGEN: ends what is told of a transaction. */
const NEW_GENERATION = 15;

/** NFT_MSG_*, by number. */
const changes: ReadonlyMap<number, readonly [FirewallChange['change'], FirewallObject]> = new Map([
  [0, ['added', 'table']],
  [2, ['deleted', 'table']],
  [3, ['added', 'chain']],
  [5, ['deleted', 'chain']],
  [6, ['added', 'rule']],
  [8, ['deleted', 'rule']],
  [9, ['added', 'set']],
  [11, ['deleted', 'set']],
  [12, ['added', 'element']],
  [14, ['deleted', 'element']],
  [18, ['added', 'object']],
  [20, ['deleted', 'object']],
  [22, ['added', 'flowtable']],
  [24, ['deleted', 'flowtable']],
]);

/** NFTA_GEN_* behind struct nfgenmsg (linux/netfilter/nf_tables.h). Integers in network byte order. */
export const generationMessage = messageCodec(
  netfilterHeader,
  attributeSet({ generation: [1, be32], processId: [2, be32], program: [3, text] }),
);

/** All messages about things of a table have its name as their first attribute. */
const tableReader = messageReader(netfilterHeader, attributeSet({ table: [1, text] }).only('table'));

/** What a message of the group of nf_tables tells; undefined where it is of another kind. */
export function readFirewallMessage(
  type: number,
  body: Uint8Array,
):
  | { readonly change: FirewallChange; readonly end?: undefined }
  | { readonly end: Pick<FirewallEvent, 'processId' | 'program'>; readonly change?: undefined }
  | undefined {
  if (type >> 8 !== NFTABLES) return undefined;
  const number = type & 0xff;
  if (number === NEW_GENERATION) {
    const { processId, program } = generationMessage.read(body).attributes;
    return { end: { processId, program } };
  }
  const known = changes.get(number);
  if (known === undefined) return undefined;
  const [change, what] = known;
  const { family, attributes } = tableReader.read(body);
  return { change: { change, what, family, table: attributes.table ?? '' } };
}
