import type { CliCommand } from '../cli-command.ts';

/** `tsnet ipam`: address pools. */
export function addIpamCommands(program: CliCommand): void {
  program
    .add('ipam')
    .description('Show the address pools')
    .examples('tsnet ipam ls')
    .add('list')
    .alias('ls')
    .description('List the pools: how much of each is used, and who holds what')
    .examples('tsnet ipam ls', 'tsnet ipam ls --json')
    .runs(async () => (await import('../actions/list-pools.ts')).listPools);
}
