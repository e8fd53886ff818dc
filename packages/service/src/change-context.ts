import type { CallOptions } from '@tsnet/api';
import type { Endpoint, Engine, Network } from '@tsnet/core';
import type { Store } from '@tsnet/ipam';
import { endpointDocument } from './documents/endpoint-document.ts';
import { etagOf } from './documents/etag.ts';
import { networkDocument } from './documents/network-document.ts';
import { PreconditionError } from './errors.ts';
import { idOfKey } from './id-of-key.ts';
import { type RecordsContext, recordsOf } from './records-context.ts';

/** What looks at the kernel, and changes it, works with. */
export interface ChangeContext extends RecordsContext {
  readonly engine: Engine;
}

/** What changes by an engine work with, on the records that it has. */
export function changesOf(engine: Engine, store: Store, now?: () => number): ChangeContext {
  return { engine, ...recordsOf(store, now) };
}

/** The id that a request with an idempotency key makes its thing under. */
export function createOptions({ idempotencyKey }: CallOptions): { readonly id?: string } {
  return idempotencyKey === undefined ? {} : { id: idOfKey(idempotencyKey) };
}

/** Refuses an endpoint that is not as it was seen. */
export function endpointCheck(operation: string, { ifMatch }: CallOptions) {
  return checkOf(operation, ifMatch, (endpoint: Endpoint) => endpointDocument(endpoint));
}

/** Refuses a network that is not as it was seen. */
export function networkCheck(operation: string, { ifMatch }: CallOptions) {
  return checkOf(operation, ifMatch, (network: Network) => networkDocument(network));
}

function checkOf<T extends { readonly id: string }>(
  operation: string,
  ifMatch: string | undefined,
  documentOf: (thing: T) => object,
): { readonly check?: (thing: T) => void } {
  if (ifMatch === undefined || ifMatch.trim() === '*') return {};
  const wanted = ifMatch.split(',').map((tag) => tag.trim());
  return {
    check(thing) {
      if (!wanted.includes(etagOf(documentOf(thing)))) throw new PreconditionError(operation, thing.id);
    },
  };
}
