import { exitCodeOf } from '@tsnet/errors';
import { parseCommandLine } from './command-line.ts';
import type { DaemonConfig } from './daemon-config.ts';
import { formatError } from './format-error.ts';
import { loadConfig } from './load-config.ts';

/** What a command line works with. */
export interface CommandLineContext {
  readonly stdout: Pick<NodeJS.WritableStream, 'write'>;
  readonly stderr: Pick<NodeJS.WritableStream, 'write'>;
  /** Runs the daemon, and resolves when it has ended. */
  readonly runDaemon: (config: DaemonConfig) => Promise<void>;
  /** Throws if what a configuration names cannot be used, such as its certificates. */
  readonly checkFiles: (config: DaemonConfig) => void;
  /** For the stack of what was thrown: `TSNET_DEBUG=1` shows it. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Carries out a command line, without the program before it; resolves to the exit code. */
export async function runCommandLine(args: readonly string[], context: CommandLineContext): Promise<number> {
  try {
    await carryOut(args, context);
    return 0;
  } catch (thrown) {
    context.stderr.write(formatError(thrown, args.includes('--json') ? 'json' : 'text'));
    if (context.environment.TSNET_DEBUG === '1' && thrown instanceof Error) {
      context.stderr.write(`${thrown.stack}\n`);
    }
    return exitCodeOf(thrown);
  }
}

async function carryOut(args: readonly string[], context: CommandLineContext): Promise<void> {
  const commandLine = parseCommandLine(args);
  if (commandLine.action === 'print') {
    context.stdout.write(commandLine.text);
    return;
  }
  const config = await loadConfig(commandLine.config);
  if (commandLine.action === 'run') return context.runDaemon(config);
  context.checkFiles(config);
  const { formatConfig } = await import('./format-config.ts');
  context.stdout.write(formatConfig(config, commandLine.json ? 'json' : 'toml'));
}
