import type { CommandBuilder } from '../command-builder.ts';

/** Commands about whole pools. */
export function addIpamPools(ipam: CommandBuilder): void {
  addQueries(ipam);
  addChanges(ipam);
  addDocuments(ipam);
}

function addQueries(ipam: CommandBuilder): void {
  ipam
    .add('list')
    .alias('ls')
    .description('List the pools: how much of each is used, and who holds what')
    .examples('tsnet ipam ls', 'tsnet ipam ls --json')
    .runs(async () => (await import('../actions/list-pools.ts')).listPools);

  ipam
    .add('inspect')
    .description('Show a pool: settings, how full it is, leases, reservations, free addresses')
    .argument('<pool>', 'id of the pool; those of networks are called by their prefixes')
    .option('--limit <n>', 'at most this many leases, reservations and free ranges (default: 100)')
    .examples('tsnet ipam inspect blue', 'tsnet ipam inspect 10.1.0.0/24 --limit 1000 --json')
    .runs(async () => (await import('../actions/inspect-pool.ts')).inspectPool);

  ipam
    .add('free')
    .description('List the ranges of a pool that are free')
    .argument('<pool>', 'id of the pool')
    .option('--limit <n>', 'at most this many ranges (default: 100)')
    .option('--after <ip>', 'only what lies behind this address')
    .examples('tsnet ipam free blue', 'tsnet ipam free blue --after 10.20.0.99 --limit 10')
    .runs(async () => (await import('../actions/list-free-ranges.ts')).listFreeRanges);
}

function addChanges(ipam: CommandBuilder): void {
  ipam
    .add('create')
    .description('Create a pool that is no network: for addresses of your own')
    .argument('<pool>', 'id of the pool, 1 to 256 characters')
    .optionsGroup('Addresses:')
    .requiredOption('--subnet <cidr>', 'the prefix of the pool, IPv4 or IPv6')
    .option('--ip-range <cidr|first-last>', 'where addresses are chosen from (default: the whole prefix)')
    .listOption('--exclude <ip|cidr|first-last>', 'addresses that are never leased; repeatable')
    .option('--gateway <ip>', 'address of a router, never leased (default: none)')
    .option('--host-pool', 'allow prefixes of one or two addresses')
    .optionsGroup('Choice:')
    .option('--order <order>', 'round-robin or lowest-first (default: round-robin)')
    .option('--reuse-delay <time>', 'let released addresses rest: 30s, 10m, 2h (default: 0s)')
    .optionsGroup('Identity:')
    .listOption('--label <key=value>', 'a note of your own; repeatable')
    .dryRunOption()
    .examples(
      'tsnet ipam create blue --subnet 10.20.0.0/24',
      'tsnet ipam create lab --subnet fd00:20::/64 --exclude fd00:20::/120 --reuse-delay 10m',
    )
    .runs(async () => (await import('../actions/manage-pools.ts')).createPool);

  ipam
    .add('remove')
    .alias('rm')
    .description('Remove pools, with their reservations')
    .argument('<pool...>', 'ids of pools that are no networks')
    .option('-f, --force', 'release what is leased from them first')
    .dryRunOption()
    .examples('tsnet ipam rm blue', 'tsnet ipam rm --force blue lab')
    .runs(async () => (await import('../actions/manage-pools.ts')).removePools);
}

function addDocuments(ipam: CommandBuilder): void {
  ipam
    .add('export')
    .description('Write pools and all that is held in them as one JSON document')
    .argument('[pool...]', 'ids of pools (default: all)')
    .option('--output <file>', 'write it to a file, replaced as a whole (default: stdout)')
    .examples('tsnet ipam export', 'tsnet ipam export blue --output blue.json')
    .runs(async () => (await import('../actions/export-pools.ts')).exportPools);

  ipam
    .add('import')
    .description('Create pools with all that is held in them, or none if one cannot be')
    .argument('<file>', 'a document of `tsnet ipam export`, or a source of another format')
    .option(
      '--format <format>',
      "tsnet, subnet-json (tutorials' bitmaps) or host-local (a directory of the CNI plugin; default: tsnet)",
    )
    .listOption('--prefix <cidr>', 'a prefix of the network, for host-local; repeatable')
    .listOption(
      '--gateway <ip>',
      'a router in one of the prefixes, for host-local (default: the first address); repeatable',
    )
    .option('--owner <owner>', 'who holds the addresses, for subnet-json (default: imported)')
    .dryRunOption()
    .examples(
      'tsnet ipam import blue.json',
      'tsnet ipam import subnet.json --format subnet-json --dry-run',
      'tsnet ipam import /var/lib/cni/networks/net --format host-local --prefix 10.22.0.0/16',
    )
    .runs(async () => (await import('../actions/import-pools.ts')).importFile);
}
