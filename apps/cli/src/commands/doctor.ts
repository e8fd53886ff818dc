import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet doctor`: what on this host breaks networks. */
export function addDoctorCommand(program: CommandBuilder): void {
  program
    .add('doctor')
    .description(
      'Explain what on this host breaks networks, or would, and what to do about it; changes nothing',
    )
    .examples('tsnet doctor', 'sudo tsnet doctor --json')
    .runs(async () => (await import('../actions/diagnose-host.ts')).diagnoseHost);
}
