import type { Endpoint } from '@tsnet/core';
import { formatFields } from '../output/table.ts';
import { labelsText } from './labels-view.ts';
import { portDocument, portText } from './port-view.ts';

/** An endpoint in JSON. */
export function endpointDocument(endpoint: Endpoint) {
  const { id, name, networkName, networkId, state, sandbox, ifName, hostIfName, mac, labels } = endpoint;
  return {
    id,
    name: name ?? null,
    network: networkName,
    networkId,
    state,
    sandbox: sandbox.ref,
    ifName,
    hostIfName,
    mac: `${mac}`,
    addresses: endpoint.addresses.map(({ prefix, gateway }) => ({
      address: `${prefix.address}`,
      prefixLength: prefix.length,
      gateway: `${gateway}`,
    })),
    ports: endpoint.ports.map(portDocument),
    labels,
    createdAt: new Date(endpoint.createdAt).toISOString(),
  };
}

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
export function endpointRow(endpoint: Endpoint): readonly string[] {
  const { id, name = '', networkName, sandbox, ifName, ports, state } = endpoint;
  return [id, name, networkName, sandbox.ref, ifName, addressesText(endpoint), String(ports.length), state];
}

/** Everything about an endpoint that people want to know. */
export function endpointText(endpoint: Endpoint): string {
  const { id, name = '', networkName, state, sandbox, ifName, hostIfName, mac, addresses, ports } = endpoint;
  return formatFields(`endpoint ${id}`, [
    ['name', name],
    ['network', networkName],
    ['sandbox', sandbox.ref],
    ['interface', `${ifName} (${hostIfName} on the host)`],
    ['mac', `${mac}`],
    ...addresses.map(({ prefix, gateway }) => ['address', `${prefix} via ${gateway}`] as const),
    ...ports.map((port) => ['port', portText(endpoint, port)] as const),
    ['labels', labelsText(endpoint.labels)],
    ['state', state],
    ['created', new Date(endpoint.createdAt).toISOString()],
  ]);
}

/** What a new connection is, in few lines. */
export function connectionText(endpoint: Endpoint): string {
  const { id, networkName, sandbox, ifName, mac, ports } = endpoint;
  return formatFields(`connected ${sandbox.ref} to ${networkName}`, [
    ['endpoint', id],
    ['interface', ifName],
    ['addresses', addressesText(endpoint)],
    ['mac', `${mac}`],
    ...ports.map((port) => ['port', portText(endpoint, port)] as const),
  ]);
}

/** The addresses of an endpoint in one line: `10.1.0.2/24, fd00::2/64`. */
export function addressesText({ addresses }: Endpoint): string {
  return addresses.map(({ prefix }) => `${prefix}`).join(', ');
}

/** An endpoint in a few words: `eth0 on web (3f2a9c41d07b)`. */
export function placeText({ id, networkName, ifName }: Endpoint): string {
  return `${ifName} on ${networkName} (${id})`;
}
