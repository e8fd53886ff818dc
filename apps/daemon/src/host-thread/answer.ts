import type { OperationName } from '@tsnet/api';
import { etagOf } from '@tsnet/service/etag';
import type { CallAnswer } from './messages.ts';

/** The operations that answer with one endpoint or network as it is now. */
const tagged: ReadonlySet<OperationName> = new Set([
  'getNetwork',
  'createNetwork',
  'getEndpoint',
  'connect',
  'publish',
  'unpublish',
]);

/** Whether an operation answers with an ETag. */
export function isTagged(name: OperationName): boolean {
  return tagged.has(name);
}

/** What an operation has answered, as it goes over HTTP. */
export function answerOf(name: OperationName, document: object): CallAnswer {
  return { body: JSON.stringify(document), etag: isTagged(name) ? etagOf(document) : undefined };
}
