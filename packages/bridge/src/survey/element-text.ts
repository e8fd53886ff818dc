import { IpAddress, IpPrefix } from '@tsnet/inet';
import type { ListedValue } from '@tsnet/nftables';

/** A text that is the same for the same element, however its prefixes and ranges are written. */
export function elementText({
  key,
  data,
}: {
  readonly key: readonly ListedValue[];
  readonly data?: readonly ListedValue[] | undefined;
}): string {
  return `${key.map(valueText).join(' . ')} : ${(data ?? []).map(valueText).join(' . ')}`;
}

function valueText(value: ListedValue): string {
  switch (value.type) {
    case 'address':
      return spanText(IpAddress.parse(value.address), IpAddress.parse(value.address));
    case 'prefix': {
      const { first, last } = IpPrefix.of(IpAddress.parse(value.address), value.length);
      return spanText(first, last);
    }
    case 'address-range':
      return spanText(IpAddress.parse(value.first), IpAddress.parse(value.last));
    case 'port':
      return `${value.port}-${value.port}`;
    case 'port-range':
      return `${value.first}-${value.last}`;
    default:
      return JSON.stringify(value, Object.keys(value).sort());
  }
}

function spanText(first: IpAddress, last: IpAddress): string {
  return `${first}-${last}`;
}
