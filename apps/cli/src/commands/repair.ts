import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet status`: whether the host has what is on record. */
export function addStatusCommand(program: CommandBuilder): void {
  program
    .add('status')
    .description(
      'Compare what is on record with what the host has, and show what would repair it; changes nothing',
    )
    .examples('tsnet status', 'tsnet status --json')
    .runs(async () => (await import('../actions/repair-host.ts')).showStatus);
}

/** `tsnet reconcile`: has the host have it. */
export function addReconcileCommand(program: CommandBuilder): void {
  program
    .add('reconcile')
    .description('Repair what the host has lost of networks and endpoints, and remove what nothing wants')
    .dryRunOption()
    .option('--force', 'remove what bears the mark of tsnet also when nothing at all is on record')
    .examples('tsnet reconcile')
    .runs(async () => (await import('../actions/repair-host.ts')).reconcile);
}
