import type { CommandBuilder } from './command-builder.ts';
import { addApplyCommand, addDestroyCommand, addDiffCommand } from './commands/declare.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEndpointCommands } from './commands/endpoint.ts';
import { addEventsCommand } from './commands/events.ts';
import { addIpamCommands } from './commands/ipam.ts';
import { addNetnsCommands } from './commands/netns.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPortCommands } from './commands/port.ts';
import { addReconcileCommand, addStatusCommand } from './commands/repair.ts';
import { addExecCommand, addRunCommand } from './commands/run.ts';

/** Each heading of the help with what describes its commands, by their names. */
export const sections: Readonly<Record<string, Readonly<Record<string, (program: CommandBuilder) => void>>>> =
  {
    'Networks:': {
      network: addNetworkCommands,
      endpoint: addEndpointCommands,
      port: addPortCommands,
      ipam: addIpamCommands,
    },
    'Sandboxes:': { run: addRunCommand, exec: addExecCommand, netns: addNetnsCommands },
    'Files:': { apply: addApplyCommand, diff: addDiffCommand, destroy: addDestroyCommand },
    'Host:': {
      status: addStatusCommand,
      reconcile: addReconcileCommand,
      events: addEventsCommand,
      doctor: addDoctorCommand,
    },
  };
