import { execa } from 'execa';

/** A program that runs until it is stopped. */
export interface RunningProgram {
  /** Ends the program and resolves when it has ended; stopping it again does nothing. */
  stop(): Promise<void>;
}

/** Starts a program whose output nobody reads. */
export function startProgram(command: string, ...args: readonly string[]): RunningProgram {
  const running = execa(command, args, { reject: false, stdio: 'ignore' });
  return {
    async stop() {
      running.kill();
      await running;
    },
  };
}
