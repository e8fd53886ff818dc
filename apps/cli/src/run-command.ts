import { once } from 'node:events';
import { type Netns, spawnInNetns } from '@tsnet/netns';
import { CommandNotExecutableError, CommandNotFoundError } from './errors.ts';
import { exitCodeOfSignal, forwardSignals } from './signals.ts';

/**
 * Runs a command in a namespace, with this process's own input and output, and waits for its end. Signals
 * that ask this process to end go to the command.
 *
 * @returns the command's exit code, or 128 and the number of the signal that ended it.
 * @throws {@link CommandNotFoundError}, {@link CommandNotExecutableError}
 */
export async function runCommand(netns: Netns, command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command;
  try {
    const child = spawnInNetns(netns, program, args, { stdio: 'inherit' });
    using _ = forwardSignals(child);
    const [code, signal] = await once(child, 'exit');
    return code ?? exitCodeOfSignal(signal);
  } catch (error) {
    throw explain(program, error);
  }
}

function explain(program: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
      return new CommandNotFoundError(program, error);
    case 'EACCES':
    case 'ENOEXEC':
    case 'EPERM':
      return new CommandNotExecutableError(program, 'it is not a program that may be run', error);
    default:
      return error;
  }
}
