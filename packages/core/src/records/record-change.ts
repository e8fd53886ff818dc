import type { StoreChange } from '@tsnet/ipam';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { decodeEndpoint } from './endpoint-record.ts';
import { keys, lastPart } from './keys.ts';
import { decodeNetwork } from './network-record.ts';

/** What became of a network or an endpoint on record. */
export type RecordChange =
  | { readonly type: 'network'; readonly id: string; readonly network: Network | undefined }
  | { readonly type: 'endpoint'; readonly id: string; readonly endpoint: Endpoint | undefined };

/**
 * What the change of one key of a store says; undefined where it is about something else. Of what was deleted, only the id
 * is known.
 */
export function readRecordChange({ key, value }: StoreChange): RecordChange | undefined {
  const id = lastPart(key);
  if (key.startsWith(keys.networks())) {
    return { type: 'network', id, network: value === undefined ? undefined : decodeNetwork(id, value) };
  }
  if (key.startsWith(keys.endpoints())) {
    return { type: 'endpoint', id, endpoint: value === undefined ? undefined : decodeEndpoint(id, value) };
  }
  return undefined;
}
