import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet netns`: named network namespaces, the sandboxes of networks. */
export function addNetnsCommands(program: CommandBuilder): void {
  const netns = program
    .add('netns')
    .description('Create, list and remove named network namespaces')
    .examples('tsnet netns create app', 'tsnet netns rm app');

  netns
    .add('create')
    .description('Create a network namespace under /run/netns, as `ip netns add` does')
    .argument('<name>', 'name of the namespace')
    .dryRunOption()
    .examples('tsnet netns create app')
    .runs(async () => (await import('../actions/manage-sandboxes.ts')).createSandbox);

  netns
    .add('list')
    .alias('ls')
    .description('List the namespaces under /run/netns with their endpoints; stale names lead nowhere')
    .examples('tsnet netns ls')
    .runs(async () => (await import('../actions/list-sandboxes.ts')).listSandboxes);

  netns
    .add('remove')
    .alias('rm')
    .description('Remove a namespace, and disconnect it from its networks')
    .argument('<name>', 'name of the namespace')
    .dryRunOption()
    .examples('tsnet netns rm app')
    .runs(async () => (await import('../actions/manage-sandboxes.ts')).removeSandbox);
}
