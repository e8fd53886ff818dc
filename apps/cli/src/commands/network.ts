import type { CommandBuilder } from '../command-builder.ts';
import { addNetworkConnections } from './network-connections.ts';

/** `tsnet network`: the networks of this host. */
export function addNetworkCommands(program: CommandBuilder): void {
  const network = program
    .add('network')
    .description('Create, list and remove networks, and connect sandboxes to them')
    .examples('tsnet network create web --subnet 10.1.0.0/24', 'tsnet network connect web app');

  addCreate(network);
  addQueries(network);
  addRemovals(network);
  addNetworkConnections(network);
}

function addCreate(network: CommandBuilder): void {
  network
    .add('create')
    .description('Create a network: a bridge with its gateway addresses, forwarding and NAT')
    .argument('<name>', 'letters, digits, "_", "." and "-", at most 63')
    .optionsGroup('Addresses:')
    .listOption(
      '--subnet <cidr>',
      'a prefix of the network, IPv4 or IPv6; repeatable (default: a free IPv4 /24)',
    )
    .listOption('--gateway <ip>', "the bridge's own address in a subnet; repeatable (default: the first)")
    .listOption('--ip-range <cidr>', 'where addresses are chosen from in a subnet; repeatable')
    .listOption('--exclude <ip|first-last>', 'addresses that are never handed out; repeatable')
    .optionsGroup('Traffic:')
    .option('--internal', 'no way in or out')
    .option('--isolated', 'sandboxes of the network cannot reach each other')
    .option('--no-masquerade', "keep the sandboxes' own addresses on the way out")
    .option(
      '--respect-host-firewall',
      "the host's own firewall decides who reaches the published ports from outside, as for servers of the host",
    )
    .option(
      '--firewall <kind>',
      'iptables: its chain FORWARD lets the network through; nftables: it is left alone; auto: where it drops (default: auto)',
    )
    .option('--mtu <bytes>', 'largest packet (default: as on the way out of the host)')
    .optionsGroup('Identity:')
    .option('--driver <name>', 'what makes the network (default: bridge)')
    .option('--bridge-name <name>', "name of the bridge on the host (default: the network's name)")
    .listOption('--label <key=value>', 'a note of your own; repeatable')
    .dryRunOption()
    .examples(
      'tsnet network create web',
      'tsnet network create --driver bridge --subnet 192.168.0.0/24 testbridge',
      'tsnet network create dual --subnet 10.1.0.0/24 --subnet fd00:1::/64 --exclude 10.1.0.10-10.1.0.20',
    )
    .runs(async () => (await import('../actions/create-network.ts')).createNetwork);
}

function addQueries(network: CommandBuilder): void {
  network
    .add('list')
    .alias('ls')
    .description('List the networks')
    .examples('tsnet network list', 'tsnet network ls --json')
    .runs(async () => (await import('../actions/list-networks.ts')).listNetworks);

  network
    .add('inspect')
    .description('Show a network: settings, how full its subnets are, its endpoints')
    .argument('<name>', 'name or id of the network')
    .examples('tsnet network inspect web')
    .runs(async () => (await import('../actions/inspect-network.ts')).inspectNetwork);
}

function addRemovals(network: CommandBuilder): void {
  network
    .add('remove')
    .alias('rm')
    .description('Remove networks')
    .argument('<name...>', 'names or ids of networks')
    .option(
      '-f, --force',
      'disconnect their endpoints and release their addresses first, and finish what was cut short',
    )
    .dryRunOption()
    .examples('tsnet network remove testbridge', 'tsnet network rm --force web db')
    .runs(async () => (await import('../actions/remove-networks.ts')).removeNetworks);

  network
    .add('prune')
    .description('Remove every network that has no endpoints, nor leases of others')
    .dryRunOption()
    .examples('tsnet network prune')
    .runs(async () => (await import('../actions/remove-networks.ts')).pruneNetworks);
}
