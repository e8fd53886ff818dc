import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet network connect` and `disconnect`: a sandbox's place on a network. */
export function addNetworkConnections(network: CommandBuilder): void {
  network
    .add('connect')
    .description('Connect a sandbox to a network')
    .argument('<network>', 'name or id of the network')
    .argument('<sandbox>', 'a name under /run/netns, an absolute path, or pid:N')
    .optionsGroup('Addresses:')
    .listOption('--ip <ip>', 'take this address; once for IPv4, once for IPv6 (default: the next free ones)')
    .option('--mac <mac>', 'link-layer address (default: derived from the address)')
    .optionsGroup('Ports:')
    .listOption(
      '-p, --publish <spec>',
      'lead host ports to it: [hostIP:]hostPort[-last]:port[-last][/tcp|udp]; repeatable',
    )
    .optionsGroup('Identity:')
    .option('--ifname <name>', 'name of the link in the sandbox (default: the first free of eth0, eth1, ...)')
    .option('--name <name>', 'name of the endpoint, unique on the network')
    .listOption('--label <key=value>', 'a note of your own; repeatable')
    .dryRunOption()
    .examples(
      'tsnet network connect web app -p 8080:80',
      'tsnet network connect web pid:4711 --ip 10.1.0.7 --ifname eth0',
      "tsnet network connect web /run/netns/app -p '[::1]:5300-5309:53-62/udp'",
    )
    .runs(async () => (await import('../actions/connect-sandbox.ts')).connectSandbox);

  network
    .add('disconnect')
    .description('Disconnect a sandbox, living or gone, from a network')
    .argument('<network>', 'name or id of the network')
    .argument('<sandbox>', 'as it was connected: a name, an absolute path, or pid:N')
    .option(
      '-f, --force',
      'finish what was cut short; no error if the sandbox is not connected to the network, which has to exist',
    )
    .dryRunOption()
    .examples('tsnet network disconnect web app')
    .runs(async () => (await import('../actions/disconnect-sandbox.ts')).disconnectSandbox);
}
