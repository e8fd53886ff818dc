import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The built program. */
export const mainPath = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));

/** How a program ended and what it wrote. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without a terminal or colours. It never throws. */
export async function runProgram(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  const { exitCode, stdout, stderr } = await execa(command, [...args], {
    reject: false,
    env,
    extendEnv: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

/** Runs `tsnet` where the tests run: for what touches no kernel. */
export function tsnet(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return runProgram(process.execPath, [mainPath, ...args], environment);
}
