import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../../bin/in-private-host');
const inside = (script: string): string =>
  execFileSync(program, ['sh', '-c', script], { encoding: 'utf8' }).trim();

describe('in-private-host', () => {
  it('gives the command a network of its own, with loopback up and nothing else', () => {
    expect(inside('ip -brief link | cut -d" " -f1')).toBe('lo');
    expect(inside('ping -c1 -W1 127.0.0.1 >/dev/null && echo reached')).toBe('reached');
    expect(inside('readlink /proc/self/ns/net')).not.toBe(
      execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }).trim(),
    );
  });

  it('gives it an empty /run with the folders that tools expect', () => {
    expect(inside('ls -A /run')).toBe('lock\nnetns');
  });

  it('lets nothing that is mounted or written in it be seen outside', () => {
    const name = `private-${process.pid}`;
    inside(`ip netns add ${name} && test -e /run/netns/${name}`);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it('ends with the exit code of the command', () => {
    expect(spawnSync(program, ['sh', '-c', 'exit 42']).status).toBe(42);
  });

  it('is the process that signals reach', async () => {
    const child = spawn(
      program,
      ['sh', '-c', 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([9, null]);
  });

  it('passes arguments on as they are', () => {
    expect(execFileSync(program, ['printf', '%s|', 'a b', '$c', '*'], { encoding: 'utf8' })).toBe(
      'a b|$c|*|',
    );
  });

  it('explains itself when it is given no command', () => {
    const result = spawnSync(program, [], { encoding: 'utf8' });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('usage: in-private-host COMMAND');
  });
});
