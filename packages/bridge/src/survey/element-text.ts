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
  const led = data === undefined || data.length === 0 ? '' : ` : ${data.map(valueText).join(' . ')}`;
  return `${key.map(valueText).join(' . ')}${led}`;
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
      return `${value.port}`;
    case 'port-range':
      return value.first === value.last ? `${value.first}` : `${value.first}-${value.last}`;
    case 'protocol':
      return protocols[value.protocol] ?? `protocol ${value.protocol}`;
    case 'link':
      return value.name;
    case 'verdict':
      return 'chain' in value ? `${value.verdict} ${value.chain}` : value.verdict;
    default:
      return JSON.stringify(value, Object.keys(value).sort());
  }
}

/** Of the Internet protocols that ports are published for, by number. */
const protocols: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };

function spanText(first: IpAddress, last: IpAddress): string {
  return first.equals(last) ? `${first}` : `${first}-${last}`;
}
