import { resolve } from 'node:path';
import { defaultSocket } from '@tsnet/api';
import { InvalidValueError, UsageError } from './errors.ts';
import { defaultStateDirectory, type GlobalOptions } from './global-options.ts';
import type { Invocation } from './invocation.ts';
import { Output } from './output/output.ts';

/** What a command is run with. @throws {@link InvalidValueError} for a path that is none, {@link UsageError} */
export function makeInvocation(
  command: string,
  globals: GlobalOptions,
  { dryRun = false }: { readonly dryRun?: boolean },
): Invocation {
  const { json = false, verbose = false, stateDir = defaultStateDirectory } = globals;
  if (isNoPath(stateDir)) {
    throw new InvalidValueError('--state-dir', stateDir, 'it is no path', 'Name a directory.');
  }
  const socket = readSocket(command, globals);
  const output = new Output(json, process);
  return { command, stateDirectory: absolute(stateDir), socket, verbose, dryRun, output };
}

/** Who names a state directory means a state of its own, which no daemon has. */
function readSocket(command: string, { stateDir, socket: given }: GlobalOptions): string | undefined {
  if (given !== undefined && isNoPath(given)) {
    throw new InvalidValueError('--socket', given, 'it is no path', 'Name a socket, or none.');
  }
  if (given !== undefined && given !== 'none' && stateDir !== undefined) {
    const reason = '--socket and --state-dir exclude each other';
    throw new UsageError(`"${command}"`, reason, `Give one of them. See: ${command} --help`);
  }
  const socket = given ?? (stateDir === undefined ? process.env.TSNET_SOCKET || defaultSocket : 'none');
  return socket === 'none' ? undefined : socket;
}

function isNoPath(text: string): boolean {
  return text === '' || text.includes('\0');
}

function absolute(stateDir: string): string {
  if (stateDir === defaultStateDirectory) return stateDir;
  try {
    return resolve(stateDir);
  } catch {
    const reason = 'the working directory is gone';
    throw new InvalidValueError('--state-dir', stateDir, reason, 'Name a directory by its absolute path.');
  }
}
