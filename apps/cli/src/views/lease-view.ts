import type { HolderDocument, LeaseDocument, ReservationDocument } from '@tsnet/api';
import { labelsText } from './labels-view.ts';

/** Who holds a lease, until when, and the labels that were given: `web-1 until ... (tier=web)`. */
export function leaseText({ owner, holder, expiresAt, labels }: LeaseDocument): string {
  const end = expiresAt === null ? '' : ` until ${expiresAt}`;
  // The labels of an endpoint's lease only repeat what is said of the endpoint.
  return `${holderText(owner, holder)}${end}${holder.kind === 'other' ? labelsSuffix(labels) : ''}`;
}

/** For whom an address is kept: `for web-1 (tier=web)`. */
export function reservationText({ owner, labels }: ReservationDocument): string {
  return `${owner === null ? 'for nobody' : `for ${owner}`}${labelsSuffix(labels)}`;
}

function labelsSuffix(labels: LeaseDocument['labels']): string {
  const text = labelsText(labels);
  return text === '' ? '' : ` (${text})`;
}

function holderText(owner: string, holder: HolderDocument): string {
  switch (holder.kind) {
    case 'gateway':
      return `gateway of ${holder.network}`;
    case 'other':
      return owner;
    case 'endpoint': {
      const { endpoint, name, sandbox, ifName } = holder;
      if (sandbox === null) return `endpoint ${endpoint}`;
      return `endpoint ${endpoint}${name === null ? '' : ` (${name})`}, ${ifName} of ${sandbox}`;
    }
  }
}
