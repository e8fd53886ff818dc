import { exitCodes } from '@tsnet/errors';
import { describe, expect, it } from 'vitest';
import type { CliCommand } from '../src/cli-command.ts';
import { createProgram } from '../src/program.ts';
import { changingCommands, leavesOf } from './testing/commands.ts';
import { tsnet } from './testing/tsnet.ts';

function paths(command: CliCommand, path: readonly string[] = []): (readonly string[])[] {
  const own = command.commands.flatMap((child) => paths(child as CliCommand, [...path, child.name()]));
  return [path, ...own];
}

const commands = paths(createProgram());

describe('help', () => {
  it('knows every command of the synopsis', () => {
    const names = commands.map((path) => path.join(' '));
    for (const name of ['create', 'list', 'inspect', 'remove', 'prune', 'connect', 'disconnect']) {
      expect(names).toContain(`network ${name}`);
    }
    expect(names).toEqual(
      expect.arrayContaining([
        'endpoint list',
        'endpoint inspect',
        'port list',
        'port publish',
        'port unpublish',
      ]),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'run',
        'exec',
        'apply',
        'diff',
        'destroy',
        'status',
        'reconcile',
        'events',
        'doctor',
        'netns create',
        'netns list',
        'netns remove',
        'ipam list',
      ]),
    );
    for (const name of [
      'inspect',
      'lease',
      'release',
      'reserve',
      'unreserve',
      'who',
      'free',
      'import',
      'export',
    ]) {
      expect(names).toContain(`ipam ${name}`);
    }
  });

  it('tells of the dry run of every command that changes something, and of no other', () => {
    const told = leavesOf(createProgram())
      .filter(({ command }) => command.options.some(({ long }) => long === '--dry-run'))
      .map(({ path }) => path);
    expect(told).toEqual(changingCommands);
  });

  it.each(commands.map((path) => [path]))('of "tsnet %s" describes it with an example', (path) => {
    const program = path.reduce<CliCommand>((command, name) => {
      return command.commands.find((child) => child.name() === name) as CliCommand;
    }, createProgram());
    let text = '';
    program.configureOutput({ writeOut: (part) => (text += part) });
    program.outputHelp();
    expect(program.description()).not.toBe('');
    expect(text).toContain(`Usage: tsnet${path.map((name) => ` ${name}`).join('')}`);
    expect(text).toMatch(/Examples:\n {2}\$ tsnet /);
    expect(text).toContain('--state-dir <path>');
    expect(text).toContain('--json');
  });

  it('is printed on stdout with exit code 0, from any place of the command line', async () => {
    for (const args of [['--help'], ['network', '--help'], ['network', 'create', '-h'], ['run', '--help']]) {
      const { exitCode, stdout, stderr } = await tsnet(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: tsnet/);
    }
  });

  it('lists every exit code with its kind', async () => {
    const { stdout } = await tsnet(['--help']);
    for (const [kind, code] of Object.entries(exitCodes)) {
      expect(stdout).toMatch(new RegExp(`^ +${code}  ${kind} `, 'm'));
    }
  });

  it('is shown on stderr as a mistake where a group lacks its command', async () => {
    const { exitCode, stdout, stderr } = await tsnet(['network']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: tsnet network');
  });

  it('gives the version before and behind commands', async () => {
    for (const args of [['--version'], ['network', 'ls', '--version']]) {
      expect(await tsnet(args)).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
        stderr: '',
      });
    }
  });

  it('has colours neither without a terminal nor with NO_COLOR', async () => {
    const colour = '\u001b[';
    expect((await tsnet(['network', 'crate'])).stderr).not.toContain(colour);
    expect((await tsnet(['network', 'crate'], { FORCE_COLOR: '1' })).stderr).toContain(colour);
    expect((await tsnet(['network', 'crate'], { NO_COLOR: '1' })).stderr).not.toContain(colour);
  });
});
