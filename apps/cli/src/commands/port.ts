import type { CommandBuilder } from '../command-builder.ts';

const SPEC = '[hostIP:]hostPort[-last]:port[-last][/tcp|udp]; host port 0 or none: a free one is chosen';

/** `tsnet port`: the host's ports that lead into sandboxes. */
export function addPortCommands(program: CommandBuilder): void {
  const port = program
    .add('port')
    .description('Publish ports of live endpoints on the host')
    .examples('tsnet port ls', 'tsnet port publish web/front 8080:80');

  port
    .add('list')
    .alias('ls')
    .description('List the published ports')
    .examples('tsnet port ls', 'tsnet port ls --json')
    .runs(async () => (await import('../actions/list-ports.ts')).listPorts);

  port
    .add('publish')
    .description('Lead host ports to an endpoint')
    .argument('<endpoint>', 'id of the endpoint, or NETWORK/NAME')
    .argument('<spec>', SPEC)
    .dryRunOption()
    .examples(
      'tsnet port publish 3f2a9c41d07b 8080:80',
      'tsnet port publish web/front 127.0.0.1:0:80',
      'tsnet port publish web/front 5000-5099:5000-5099/udp',
    )
    .runs(async () => (await import('../actions/publish-port.ts')).publishPort);

  port
    .add('unpublish')
    .description('Stop leading host ports to an endpoint')
    .argument('<endpoint>', 'id of the endpoint, or NETWORK/NAME')
    .argument('<spec>', 'the ports as they were published, host port included')
    .dryRunOption()
    .examples('tsnet port unpublish web/front 8080:80')
    .runs(async () => (await import('../actions/publish-port.ts')).unpublishPort);
}
