import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet endpoint`: what is connected. */
export function addEndpointCommands(program: CommandBuilder): void {
  const endpoint = program
    .add('endpoint')
    .description('Show what is connected to networks')
    .examples('tsnet endpoint ls', 'tsnet endpoint inspect web/front');

  endpoint
    .add('list')
    .alias('ls')
    .description('List the endpoints of all networks')
    .examples('tsnet endpoint ls', 'tsnet endpoint ls --json')
    .runs(async () => (await import('../actions/list-endpoints.ts')).listEndpoints);

  endpoint
    .add('inspect')
    .description('Show an endpoint: link, addresses, ports, labels')
    .argument('<id>', 'id of the endpoint, or NETWORK/NAME')
    .examples('tsnet endpoint inspect 3f2a9c41d07b', 'tsnet endpoint inspect web/front')
    .runs(async () => (await import('../actions/list-endpoints.ts')).inspectEndpoint);
}
