/**
 * Writes `fixtures/elements.json`: what nft sends to the kernel for every shape of element, as bytes. Run by hand,
 * after `build`, in a namespace that ends with it; it needs nft and strace:
 *
 * ```sh
 * in-private-host node test/capture.ts
 * ```
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NftSet, Transaction } from '@tsnet/nftables';
import { elementCases } from './element-cases.ts';

const table = { family: 'inet', table: 't' } as const;
const directory = mkdtempSync(join(tmpdir(), 'capture-'));
const log = join(directory, 'strace');

const transactions = elementCases.flatMap(({ title, spec, elements }, index) => {
  const set: NftSet = { ...table, set: `s${index}` };
  const prepare = new Transaction().addTable(table).addChain({ ...table, chain: 'to_network' });
  if ('data' in spec) prepare.addMap(set, spec);
  else prepare.addSet(set, spec);
  execFileSync('nft', [prepare.lines.join('; ')]);
  const keys = elements.map(({ key }) => key);
  return [
    { title: `adding ${title}`, command: new Transaction().addElements(set, elements) },
    { title: `discarding ${title}`, command: new Transaction().discardElements(set, elements) },
    { title: `ensuring ${title}`, command: new Transaction().ensureElements(set, elements) },
    { title: `deleting ${title}`, command: new Transaction().deleteElements(set, keys) },
  ].map(({ title, command }) => ({ title, datagram: sentFor(command.lines.join('; ')) }));
});
writeFileSync(
  new URL('fixtures/elements.json', import.meta.url),
  `${JSON.stringify(transactions, undefined, 1)}\n`,
);
rmSync(directory, { recursive: true });

/** The one datagram that nft sends by sendmsg(2), which strace dumps as ` | OFFSET  BYTES  TEXT |`. */
function sentFor(command: string): string {
  execFileSync('strace', ['-o', log, '-e', 'trace=sendmsg', '-e', 'write=all', 'nft', command]);
  const dump = /^ \* (\d+) bytes in buffer 0\n((?: \| .*\n)+)/gm;
  const [found, ...others] = readFileSync(log, 'utf8').matchAll(dump);
  if (found === undefined || others.length > 0) throw new Error(`not one datagram for ${command}`);
  const hex = (found[2] ?? '').replaceAll(/^ \| [0-9a-f]+ {2}(.{49}).*\n/gm, '$1').replaceAll(' ', '');
  if (hex.length !== Number(found[1]) * 2) throw new Error(`cannot read the dump for ${command}`);
  return hex;
}
