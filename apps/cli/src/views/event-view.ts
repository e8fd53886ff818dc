import type { Event, EventType } from '@tsnet/api';
import { printable } from '../output/printable.ts';
import { addressesText } from './endpoint-view.ts';

type DataOf<T extends EventType> = Extract<Event, { readonly type: T }>['data'];

const network = ({ name }: DataOf<'network.ready'>) => name;
const endpoint = (data: DataOf<'endpoint.ready'>) =>
  `${data.id} ${data.ifName} of ${data.sandbox} on ${data.network} (${addressesText(data)})`;
const port = ({ endpoint, network, ports }: DataOf<'port.published'>) =>
  `${ports.join(', ')} of ${endpoint} on ${network}`;
const drift = ({ subject, problem }: DataOf<'drift.found'>) => `${subject}: ${problem}`;

/** What each kind of event is about, in a few words. */
const subjects: { readonly [T in EventType]: (data: DataOf<T>) => string } = {
  'network.creating': network,
  'network.ready': network,
  'network.deleting': network,
  'network.deleted': ({ id }) => id,
  'endpoint.creating': endpoint,
  'endpoint.ready': endpoint,
  'endpoint.deleting': endpoint,
  'endpoint.deleted': ({ id }) => id,
  'port.published': port,
  'port.unpublished': port,
  'pool.changed': ({ id }) => id,
  'pool.deleted': ({ id }) => id,
  'lease.held': ({ address, pool, owner }) => `${address} of ${pool} for ${owner}`,
  'lease.released': ({ address, pool, owner }) => `${address} of ${pool} for ${owner}`,
  'reservation.made': ({ address, pool, owner }) => `${address} of ${pool} for ${owner ?? 'nobody'}`,
  'reservation.ended': ({ address, pool }) => `${address} of ${pool}`,
  'drift.found': drift,
  'drift.repaired': drift,
  'drift.failed': ({ failure, ...found }) => `${drift(found)}; ${failure?.message ?? 'it was not repaired'}`,
};

/** What events can be asked for by: each kind, and what kinds are about. */
export const eventFilters: readonly string[] = [
  ...new Set(Object.keys(subjects).map((type) => type.split('.')[0] ?? '')),
  ...Object.keys(subjects),
];

/** An event in one line, with the id to go on behind. */
export function eventText({ id, type, data }: Event): string {
  // A daemon that is newer than this knows more of them.
  const subject = Object.hasOwn(subjects, type) ? (subjects[type] as (data: unknown) => string)(data) : '';
  return printable(`${id}  ${type.padEnd(17)}  ${subject}`);
}
