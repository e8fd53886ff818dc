import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet events`: what happens on this host. */
export function addEventsCommand(program: CommandBuilder): void {
  program
    .add('events')
    .description(
      'Tell what happens to networks, endpoints, ports and leases, until interrupted; needs tsnetd',
    )
    .listOption(
      '--type <type>',
      'only these: network, endpoint, port, pool, lease, reservation, drift, or one kind, as endpoint.ready; repeatable',
    )
    .option('--network <name>', 'only what concerns this network')
    .option('--after <id>', 'begin behind this event (default: with the next)')
    .examples('tsnet events', 'tsnet events --type endpoint --type drift.found --network web --json')
    .addHelpText('after', '\nWith --json, one document a line.')
    .runs(async () => (await import('../actions/follow-events.ts')).followEvents);
}
