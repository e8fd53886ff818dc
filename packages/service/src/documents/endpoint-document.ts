import type { EndpointDocument } from '@tsnet/api';
import type { Endpoint } from '@tsnet/core';
import { portDocument } from './port-document.ts';
import { timeText } from './time-text.ts';

/** An endpoint as the API shows it. */
export function endpointDocument(endpoint: Endpoint): EndpointDocument {
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
    addresses: endpoint.addresses.map(({ prefix, gateway, poolId }) => ({
      address: `${prefix.address}`,
      prefixLength: prefix.length,
      gateway: `${gateway}`,
      pool: poolId,
    })),
    ports: endpoint.ports.map(portDocument),
    labels,
    createdAt: timeText(endpoint.createdAt),
  };
}
