import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Outcome, tsnet } from './tsnet.ts';

/** A state directory for pools, which need no kernel. It goes with the test. */
export class TestState {
  readonly path = mkdtempSync(join(tmpdir(), 'tsnet-ipam-'));

  constructor() {
    onTestFinished(() => rmSync(this.path, { recursive: true }));
  }

  /** With a pool `blue`, 10.20.0.0/28. */
  static async open(...options: readonly string[]): Promise<TestState> {
    const state = new TestState();
    await state.ok('create', 'blue', '--subnet', '10.20.0.0/28', ...options);
    return state;
  }

  /** Runs `tsnet ipam`. */
  tsnet(...args: readonly string[]): Promise<Outcome> {
    return tsnet(['--state-dir', this.path, 'ipam', ...args]);
  }

  /** As {@link tsnet}, which has to succeed: what it printed. */
  async ok(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.tsnet(...args);
    if (exitCode !== 0) throw new Error(`tsnet ipam ${args.join(' ')}: exit code ${exitCode}: ${stderr}`);
    return stdout;
  }

  /** As {@link ok} with `--json`. */
  async json<T = unknown>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '--json'));
  }

  /** What a command says that has to fail. */
  async fault(exitCode: number, ...args: readonly string[]): Promise<string> {
    const outcome = await this.tsnet(...args);
    expect({ args, exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({
      args,
      exitCode,
      stdout: '',
    });
    expect(outcome.stderr).toMatch(/^tsnet: cannot [^\n]+(\n {2}hint: [^\n]+)?$/);
    return outcome.stderr;
  }
}
