import { IpAddress, IpPrefix, IpRange } from '@tsnet/inet';
import type { PoolOrder } from '../pool/pool.ts';
import type { Supernet } from '../pool/supernet.ts';
import { DocumentVersionError } from './document-errors.ts';
import {
  documentFormat,
  documentOf,
  documentVersion,
  type IpamDocument,
  type LeaseDocument,
  type PoolDocument,
  type ReservationDocument,
  type RestDocument,
} from './ipam-document.ts';
import { JsonObject } from './ipam-document-json.ts';

/**
 * Reads the text of a document and refuses whatever is not of its format: every member must be known, of its
 * type, and well written. Whether pools and addresses make sense together is for `importPools` to say.
 *
 * @throws InvalidDocumentError with the path to what is wrong; DocumentVersionError.
 */
export function parseIpamDocument(text: string): IpamDocument {
  const root = JsonObject.parse(text);
  const format = root.text('format');
  if (format !== documentFormat) {
    throw root.fault('format', `it is not "${documentFormat}"`, 'Check that it is the right file.');
  }
  // A later version may have other members: it is told apart before they are looked at.
  const version = root.number('version');
  if (version !== documentVersion) throw new DocumentVersionError(version, documentVersion);
  root.allowOnly(documentMembers);
  root.require('pools');
  return documentOf(root.objects('pools').map(readPool));
}

const documentMembers = new Set(['format', 'version', 'pools']);
const poolMembers = new Set([
  'id',
  'prefix',
  'range',
  'exclude',
  'gateway',
  'hostPool',
  'order',
  'reuseDelay',
  'group',
  'carvedFrom',
  'labels',
  'cursor',
  'reservations',
  'resting',
  'leases',
]);
const supernetMembers = new Set(['prefix', 'length']);
const reservationMembers = new Set(['address', 'owner', 'reservedAt', 'labels']);
const restMembers = new Set(['address', 'until']);
const leaseMembers = new Set(['address', 'owner', 'leasedAt', 'expiresAt', 'key', 'labels']);

function readPool(pool: JsonObject): PoolDocument {
  pool.allowOnly(poolMembers);
  return {
    id: pool.text('id'),
    prefix: pool.value('prefix', IpPrefix.parse),
    range: pool.optionalValue('range', IpRange.parse),
    exclude: pool.values('exclude', IpRange.parse),
    gateway: pool.optionalValue('gateway', IpAddress.parse),
    hostPool: pool.optionalBoolean('hostPool'),
    // A choice that does not exist is refused with all else that makes no sense in a pool.
    order: pool.optionalText('order') as PoolOrder | undefined,
    reuseDelay: pool.optionalNumber('reuseDelay'),
    group: pool.optionalText('group'),
    carvedFrom: readSupernet(pool.optionalObject('carvedFrom')),
    labels: pool.optionalTexts('labels'),
    cursor: pool.optionalValue('cursor', IpAddress.parse),
    reservations: pool.objects('reservations').map(readReservation),
    resting: pool.objects('resting').map(readRest),
    leases: pool.objects('leases').map(readLease),
  };
}

function readSupernet(supernet: JsonObject | undefined): Supernet | undefined {
  supernet?.allowOnly(supernetMembers);
  return supernet && { prefix: supernet.value('prefix', IpPrefix.parse), length: supernet.number('length') };
}

function readReservation(reservation: JsonObject): ReservationDocument {
  reservation.allowOnly(reservationMembers);
  return {
    address: reservation.value('address', IpAddress.parse),
    owner: reservation.optionalText('owner'),
    reservedAt: reservation.optionalNumber('reservedAt'),
    labels: reservation.optionalTexts('labels'),
  };
}

function readRest(rest: JsonObject): RestDocument {
  rest.allowOnly(restMembers);
  return { address: rest.value('address', IpAddress.parse), until: rest.number('until') };
}

function readLease(lease: JsonObject): LeaseDocument {
  lease.allowOnly(leaseMembers);
  return {
    address: lease.value('address', IpAddress.parse),
    owner: lease.text('owner'),
    leasedAt: lease.optionalNumber('leasedAt'),
    expiresAt: lease.optionalNumber('expiresAt'),
    key: lease.optionalText('key'),
    labels: lease.optionalTexts('labels'),
  };
}
