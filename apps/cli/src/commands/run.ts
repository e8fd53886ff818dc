import type { CommandBuilder } from '../command-builder.ts';

/** `tsnet run`: a program in a sandbox of its own. */
export function addRunCommand(program: CommandBuilder): void {
  program
    .add('run')
    .description(
      'Run a command in a new sandbox on one or more networks, and take everything down at its end',
    )
    .argument('<command...>', 'the program and its arguments, best behind --')
    .passThroughOptions()
    .optionsGroup('Sandbox:')
    .requiredListOption(
      '--network <network[:ip=..,mac=..,ifname=..]>',
      'connect to this network; repeatable, ip too (for IPv4 and IPv6)',
    )
    .listOption('-p, --publish <spec>', 'publish a port on the first network; repeatable')
    .option('--name <name>', 'name of the sandbox (default: run- and a random part)')
    .dryRunOption()
    .examples(
      'tsnet run --network web -p 8080:80 -- node server.js',
      'tsnet run --network web:ip=10.1.0.7,ifname=lan0 --network db -- ip address',
    )
    .addHelpText(
      'after',
      '\nThe exit code is that of the command: 126 if it cannot be executed, 127 if it is not found,\n' +
        '128 and the number of a signal that ended it. Signals are handed on to it.',
    )
    .runs(async () => (await import('../actions/run-in-new-sandbox.ts')).runInNewSandbox);
}

/** `tsnet exec`: a program in a sandbox that exists. */
export function addExecCommand(program: CommandBuilder): void {
  program
    .add('exec')
    .description('Run a command in a sandbox that exists')
    .argument('<sandbox>', 'a name under /run/netns, an absolute path, or pid:N')
    .argument('<command...>', 'the program and its arguments, best behind --')
    .passThroughOptions()
    .examples('tsnet exec app -- ip address', 'tsnet exec pid:4711 -- ss -ltn')
    .addHelpText('after', '\nThe exit code is that of the command, as with `tsnet run`.')
    .runs(async () => (await import('../actions/exec-in-sandbox.ts')).execInSandbox);
}
