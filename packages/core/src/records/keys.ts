import { storeKey, storePrefix } from '@tsnet/ipam';

/** Where the engine keeps what in the store. Keys without a value of their own are indexes. */
export const keys = {
  network: (id: string) => storeKey('network', id),
  networks: () => storePrefix('network'),
  networkName: (name: string) => storeKey('network-name', name),
  endpoint: (id: string) => storeKey('endpoint', id),
  endpoints: () => storePrefix('endpoint'),
  endpointName: (networkId: string, name: string) => storeKey('endpoint-name', networkId, name),
  /** Claims a MAC address that was asked for. */
  endpointMac: (networkId: string, mac: string) => storeKey('endpoint-mac', networkId, mac),
  networkEndpoint: (networkId: string, endpointId: string) =>
    storeKey('network-endpoint', networkId, endpointId),
  networkEndpoints: (networkId: string) => storePrefix('network-endpoint', networkId),
  /** Claims the name of a link in a sandbox. */
  sandboxLink: (sandboxKey: string, ifName: string) => storeKey('sandbox', sandboxKey, ifName),
  sandboxLinks: (sandboxKey: string) => storePrefix('sandbox', sandboxKey),
  sandboxRef: (ref: string, endpointId: string) => storeKey('sandbox-ref', ref, endpointId),
  sandboxRefs: (ref: string) => storePrefix('sandbox-ref', ref),
  /** What is under way. */
  operation: (subject: string) => storeKey('operation', subject),
  operations: () => storePrefix('operation'),
  /** Claims on the host's ports, in buckets of consecutive ones. */
  portBucket: (protocol: string, bucket: number) =>
    storeKey('port', protocol, String(bucket).padStart(4, '0')),
} as const;

/** The last part of an index key, which is where the ids stand. */
export function lastPart(key: string): string {
  return decodeURIComponent(key.slice(key.lastIndexOf('/') + 1));
}
