import type { EndpointDocument } from '@tsnet/api';
import { formatFields } from '../output/table.ts';
import { labelsText } from './labels-view.ts';
import { portText } from './port-view.ts';

/** The columns of `tsnet endpoint ls`. */
export const endpointHeading = [
  'ID',
  'NAME',
  'NETWORK',
  'SANDBOX',
  'IFNAME',
  'ADDRESSES',
  'PORTS',
  'STATE',
] as const;

/** The row of an endpoint in `tsnet endpoint ls`. */
export function endpointRow(endpoint: EndpointDocument): readonly string[] {
  const { id, name, network, sandbox, ifName, ports, state } = endpoint;
  return [id, name ?? '', network, sandbox, ifName, addressesText(endpoint), String(ports.length), state];
}

/** Everything about an endpoint that people want to know. */
export function endpointText(endpoint: EndpointDocument): string {
  const { id, name, network, state, sandbox, ifName, hostIfName, mac, addresses, ports } = endpoint;
  return formatFields(`endpoint ${id}`, [
    ['name', name ?? ''],
    ['network', network],
    ['sandbox', sandbox],
    ['interface', `${ifName} (${hostIfName} on the host)`],
    ['mac', mac],
    ...addresses.map((place) => ['address', `${prefixText(place)} via ${place.gateway}`] as const),
    ...ports.map((port) => ['port', portText(endpoint, port)] as const),
    ['labels', labelsText(endpoint.labels)],
    ['state', state],
    ['created', endpoint.createdAt],
  ]);
}

/** What a new connection is, in few lines. */
export function connectionText(endpoint: EndpointDocument): string {
  const { id, network, sandbox, ifName, mac, ports } = endpoint;
  return formatFields(`connected ${sandbox} to ${network}`, [
    ['endpoint', id],
    ['interface', ifName],
    ['addresses', addressesText(endpoint)],
    ['mac', mac],
    ...ports.map((port) => ['port', portText(endpoint, port)] as const),
  ]);
}

/** The addresses of an endpoint in one line: `10.1.0.2/24, fd00::2/64`. */
export function addressesText({ addresses }: EndpointDocument): string {
  return addresses.map(prefixText).join(', ');
}

/** An endpoint in a few words: `eth0 on web (3f2a9c41d07b)`. */
export function placeText({ id, network, ifName }: EndpointDocument): string {
  return `${ifName} on ${network} (${id})`;
}

/** The oldest first. */
export function byAge(a: EndpointDocument, b: EndpointDocument): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt);
}

function prefixText({ address, prefixLength }: EndpointDocument['addresses'][number]): string {
  return `${address}/${prefixLength}`;
}
