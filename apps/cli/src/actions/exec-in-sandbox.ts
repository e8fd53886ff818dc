import { openLinux } from '@tsnet/linux';
import { openNetnsDirectory, parseNetnsRef } from '@tsnet/netns';
import { UsageError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { requirePrivilege } from '../privilege.ts';
import { runCommand } from '../run-command.ts';

/** `tsnet exec`: exits as the command does. */
export async function execInSandbox(
  invocation: Invocation,
  sandbox: string,
  words: readonly string[],
): Promise<number> {
  const command = words[0] === '--' ? words.slice(1) : words;
  if (command.length === 0 || command[0]?.startsWith('-')) {
    const reason =
      command[0] === undefined ? 'a command is missing' : `${command[0]} stands behind the sandbox`;
    throw new UsageError(
      `"${invocation.command}"`,
      reason,
      'Write: tsnet exec [OPTION]... SANDBOX -- COMMAND...',
    );
  }
  const ref = parseNetnsRef(sandbox);
  requirePrivilege(invocation.command);
  using netns = openNetnsDirectory({ linux: openLinux() }).open(ref);
  return await runCommand(netns, command);
}
