/**
 * Firewalls that are not tsnet's: reads the tables of others, those of iptables-legacy as well, and tells what they do with
 * packets that are forwarded.
 *
 * ```ts
 * import { openLinux } from '@tsnet/linux';
 * import { readLegacyTables, readNftables } from '@tsnet/nftables/foreign';
 *
 * const linux = openLinux();
 * const tables = [...readNftables(linux), ...readLegacyTables(linux, '/proc')];
 * ```
 *
 * @packageDocumentation
 */
export { type Fate, findFate, isDropped } from './foreign/fate.ts';
export {
  describeChain,
  type FirewallChain,
  type FirewallFamily,
  type FirewallRule,
  type FirewallTable,
} from './foreign/firewall-table.ts';
export { type Flow, OWN_CHAIN } from './foreign/flow.ts';
export {
  countOwnJumps,
  type JumpPosition,
  ownJumpPosition,
  withOwnJump,
  withoutOwnJumps,
} from './foreign/own-jump.ts';
export { readLegacyTables } from './foreign/read-legacy.ts';
export { readForeignTables, readNftables } from './foreign/read-nftables.ts';
