import type { CommandBuilder } from '../command-builder.ts';

const TTL = 'end by itself after this time: 30s, 10m, 2h, 7d (default: never)';

/** Commands about single addresses. */
export function addIpamLeases(ipam: CommandBuilder): void {
  ipam
    .add('who')
    .description('Say who holds an address, or what else becomes of it')
    .argument('<ip>', 'the address, in whichever pool it lies')
    .examples('tsnet ipam who 10.1.0.2', 'tsnet ipam who fd00:1::2 --json')
    .runs(async () => (await import('../actions/find-holder.ts')).findHolderOf);

  addLeases(ipam);
  addReservations(ipam);
}

function addLeases(ipam: CommandBuilder): void {
  ipam
    .add('lease')
    .description('Lease an address from a pool; networks leave it alone')
    .argument('<pool>', 'id of the pool')
    .requiredOption('--owner <owner>', 'who holds it: any name of your own')
    .optionsGroup('Choice:')
    .option('--ip <ip>', 'this address and no other (default: the next in the order of the pool)')
    .option('--prefer <ip>', 'this address if it can be had')
    .option('--count <n>', 'this many addresses, or none')
    .optionsGroup('Terms:')
    .option('--key <key>', 'the same owner with the same key gets the same lease again')
    .option('--ttl <time>', TTL)
    .listOption('--label <key=value>', 'a note of your own; repeatable')
    .dryRunOption()
    .examples(
      'tsnet ipam lease blue --owner vm-1',
      'tsnet ipam lease 10.1.0.0/24 --owner printer --ip 10.1.0.9 --label room=12',
      'tsnet ipam lease blue --owner job-7 --count 10 --ttl 2h --key start',
    )
    .runs(async () => (await import('../actions/lease-addresses.ts')).leaseAddresses);

  ipam
    .add('renew')
    .description('Give a lease a new end, counted from now')
    .argument('<pool>', 'id of the pool')
    .argument('<ip>', 'the leased address')
    .requiredOption('--owner <owner>', 'who holds it')
    .option('--ttl <time>', TTL)
    .dryRunOption()
    .examples('tsnet ipam renew blue 10.20.0.1 --owner vm-1 --ttl 2h')
    .runs(async () => (await import('../actions/lease-addresses.ts')).renewLease);

  ipam
    .add('release')
    .description('Release one address, or all that an owner holds')
    .argument('[pool]', 'id of the pool; with --all, every pool if none is named')
    .argument('[ip]', 'the leased address')
    .requiredOption('--owner <owner>', 'who holds it; the lease of another owner is left alone')
    .option('--all', 'every address of the owner')
    .dryRunOption()
    .examples(
      'tsnet ipam release blue 10.20.0.1 --owner vm-1',
      'tsnet ipam release --owner vm-1 --all',
      'tsnet ipam release blue --owner job-7 --all',
    )
    .runs(async () => (await import('../actions/release-leases.ts')).releaseLeases);
}

function addReservations(ipam: CommandBuilder): void {
  ipam
    .add('reserve')
    .description('Keep an address for an owner, or from everybody, until it is unreserved')
    .argument('<pool>', 'id of the pool')
    .argument('<ip>', 'the address')
    .option('--owner <owner>', 'who may lease it (default: nobody)')
    .listOption('--label <key=value>', 'a note of your own; repeatable')
    .dryRunOption()
    .examples(
      'tsnet ipam reserve 10.1.0.0/24 10.1.0.9',
      'tsnet ipam reserve blue 10.20.0.9 --owner vm-9 --label why=dns',
    )
    .runs(async () => (await import('../actions/reserve-address.ts')).reserveAddress);

  ipam
    .add('unreserve')
    .description('Give a reservation up; a lease of the address stays')
    .argument('<pool>', 'id of the pool')
    .argument('<ip>', 'the reserved address')
    .dryRunOption()
    .examples('tsnet ipam unreserve blue 10.20.0.9')
    .runs(async () => (await import('../actions/reserve-address.ts')).unreserveAddress);
}
