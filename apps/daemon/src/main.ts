#!/usr/bin/env node
import manifest from '../package.json' with { type: 'json' };
import { runCommandLine } from './config/run-command-line.ts';
import { readTlsFiles } from './listen/tls-files.ts';
import { runDaemon } from './run-daemon.ts';

void main();

async function main(): Promise<void> {
  const { stdout, stderr, env: environment } = process;
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    stdout,
    stderr,
    environment,
    runDaemon: (config) => runDaemon(config, manifest.version),
    checkFiles: ({ tcp }) => {
      if (tcp?.tls !== undefined) readTlsFiles(tcp.tls);
    },
  });
}
