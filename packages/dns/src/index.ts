/**
 * A DNS server for a network of sandboxes: its names are a value that is swapped, all other names are passed on.
 *
 * ```ts
 * import { openDnsServer, openForwarder, Zone } from '@tsnet/dns';
 *
 * const zone = Zone.empty({ domain: 'demo.tsnet.internal', siblings: 'tsnet.internal', prefixes: [prefix] });
 * const server = openDnsServer({ linux, addresses: [gateway], zone, clients: [prefix], forwarder: openForwarder() });
 * server.setZone(server.zone.with({ id: '1', names: ['web'], addresses: [address] }));
 * ```
 *
 * @packageDocumentation
 */
export { InvalidNameError, ListenError } from './errors.ts';
export { formatResolvConf, type ResolvConf } from './format-resolv-conf.ts';
export { type Forwarder, type ForwarderOptions, openForwarder } from './forwarder/forwarder.ts';
export { hostDomain, networkDomain } from './network-domain.ts';
export { type DnsServer, type DnsServerOptions, openDnsServer } from './server.ts';
export type { TcpLimits } from './tcp-listener.ts';
export { type NameWait, waitForName } from './wait-for-name.ts';
export { isName } from './wire/name-key.ts';
export { Zone, type ZoneEndpoint, type ZoneSpec } from './zone/zone.ts';
