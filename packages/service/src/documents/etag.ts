import { createHash } from 'node:crypto';

/** What tells a document from every other one, in quotes as HTTP has it (RFC 9110 section 8.8.3). */
export function etagOf(document: object): string {
  const digest = createHash('sha256').update(JSON.stringify(document)).digest('base64url');
  return `"${digest.slice(0, 22)}"`;
}
