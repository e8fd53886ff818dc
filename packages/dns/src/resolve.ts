import { firstMetaType, rcodes, types } from './wire/codes.ts';
import type { Query } from './wire/query.ts';
import { RecordSet } from './wire/record-set.ts';
import type { Reply } from './wire/response.ts';
import type { Zone } from './zone/zone.ts';

const refused: Reply = { rcode: rcodes.refused, authoritative: false };
const unknown: Reply = { rcode: rcodes.nameError, authoritative: false };
/** The least that says that ANY is not for clients (RFC 8482 section 4.2). */
const minimalAny = RecordSet.ofQuestion([
  { type: 'HINFO', name: '.', ttl: 3600, data: { cpu: 'RFC8482', os: '' } },
]);

/**
 * What a zone answers to a query; undefined where it knows nothing of the name, so that others have to be asked.
 *
 * The names of a sibling are refused rather than denied: the server does not say whether they exist, and no client keeps
 * as a fact that they do not. A name of one label is nobody's address but the zone's: for its addresses, nobody is asked.
 */
export function resolve(zone: Zone, query: Query): Reply | undefined {
  const { type } = query;
  if (type >= firstMetaType && type < types.any) return refused;
  const place = zone.place(query.name);
  switch (place.in) {
    case 'zone': {
      if (place.isApex) return within(zone, type === types.soa ? zone.soa : anyOf(type));
      const { found } = place;
      if (found === undefined) return missing(zone);
      if (type === types.a) return within(zone, found.records('ipv4', zone.ttl));
      if (type === types.aaaa) return within(zone, found.records('ipv6', zone.ttl));
      return within(zone, anyOf(type));
    }
    case 'reverse':
      if (place.found === undefined) return missing(zone);
      return within(zone, type === types.ptr ? place.found : anyOf(type));
    case 'sibling':
      return refused;
    case 'elsewhere':
      if (type === types.any) return { rcode: rcodes.noError, authoritative: false, answers: minimalAny };
      return place.isSingleLabel && (type === types.a || type === types.aaaa) ? unknown : undefined;
  }
}

/** What there is under a name that exists. */
function within(zone: Zone, answers: RecordSet | undefined): Reply {
  return {
    rcode: rcodes.noError,
    authoritative: true,
    answers,
    authority: answers === undefined ? zone.soa : undefined,
  };
}

function missing(zone: Zone): Reply {
  return { rcode: rcodes.nameError, authoritative: true, authority: zone.soa };
}

function anyOf(type: number): RecordSet | undefined {
  return type === types.any ? minimalAny : undefined;
}
