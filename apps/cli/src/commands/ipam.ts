import type { CommandBuilder } from '../command-builder.ts';
import { addIpamLeases } from './ipam-leases.ts';
import { addIpamPools } from './ipam-pools.ts';

/** `tsnet ipam`: address pools, of networks and others, and what is held in them. */
export function addIpamCommands(program: CommandBuilder): void {
  const ipam = program
    .add('ipam')
    .description('Show address pools, lease and reserve addresses, import and export')
    .examples('tsnet ipam ls', 'tsnet ipam who 10.1.0.2');

  ipam.commandsGroup('Pools:');
  addIpamPools(ipam);
  ipam.commandsGroup('Addresses:');
  addIpamLeases(ipam);
}
