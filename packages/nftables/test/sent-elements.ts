import { readFileSync } from 'node:fs';

/** What nft sent to the kernel for one transaction. */
export interface SentElements {
  readonly title: string;
  readonly datagram: Uint8Array;
}

/** Reads what `capture.ts` wrote. */
export function readSentElements(): readonly SentElements[] {
  const file = new URL('fixtures/elements.json', import.meta.url);
  const entries: { title: string; datagram: string }[] = JSON.parse(readFileSync(file, 'utf8'));
  return entries.map(({ title, datagram }) => ({
    title,
    datagram: Uint8Array.from(Buffer.from(datagram, 'hex')),
  }));
}

/** Bytes as text. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
