/**
 * The bridge driver of tsnet: networks as Linux bridges, endpoints as veth pairs, NAT and published ports
 * as elements of one nftables table.
 *
 * ```ts
 * import { BridgeDriver } from '@tsnet/bridge';
 * import { Engine, Host } from '@tsnet/core';
 * import { MemoryStore } from '@tsnet/ipam';
 * import { openLinux } from '@tsnet/linux';
 *
 * const host = Host.open({ linux: openLinux() });
 * await using engine = new Engine({ host, store: new MemoryStore(), drivers: [BridgeDriver.open({ host })] });
 * await engine.createNetwork({ name: 'web' });
 * ```
 *
 * @packageDocumentation
 */
export { BridgeDriver, type BridgeDriverOptions } from './bridge-driver.ts';
export {
  BridgeDownError,
  BridgeMissingError,
  FirewallBusyError,
  FirewallMissingError,
  ForeignLinkError,
  ForeignTableError,
  IptablesMissingError,
  IptablesRefusedError,
} from './errors.ts';
