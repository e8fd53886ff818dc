import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Outcome } from './report.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const program = fileURLToPath(
  import.meta.resolve('@tsnet/cli/package.json').replace('package.json', 'dist/main.cjs'),
);

interface StepRemark {
  readonly step?: { readonly name: string; readonly milliseconds: number };
}

/** The program `tsnet`, with a state directory of its own. */
export class Tsnet {
  readonly #global: readonly string[];

  constructor(stateDirectory: string) {
    this.#global = ['--state-dir', stateDirectory];
  }

  /** Runs a command, and says how long each step in the kernel took. */
  async change(...args: readonly string[]): Promise<Outcome> {
    const { stderr } = await this.#run(['--json', '--verbose', ...args]);
    const steps = stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .flatMap((line) => (JSON.parse(line) as StepRemark).step ?? []);
    const detail = steps.map(({ name, milliseconds }) => `${name} ${milliseconds.toFixed(1)}`).join(', ');
    return { good: true, detail: detail === '' ? '' : `(ms: ${detail})` };
  }

  /** Runs a command and returns the document that it prints. */
  async read<T>(...args: readonly string[]): Promise<T> {
    const { stdout } = await this.#run(['--json', ...args]);
    return JSON.parse(stdout) as T;
  }

  /** Runs a program in a sandbox and returns what it prints. */
  async exec(sandbox: string, ...command: readonly string[]): Promise<string> {
    const { stdout } = await this.#run(['exec', sandbox, '--', ...command]);
    return stdout;
  }

  /** Starts a program in a sandbox that runs on. */
  start(sandbox: string, ...command: readonly string[]): RunningProgram {
    return startProgram(process.execPath, program, ...this.#global, 'exec', sandbox, '--', ...command);
  }

  #run(args: readonly string[]) {
    return execa(process.execPath, [program, ...this.#global, ...args], { timeout: 30_000 });
  }
}
