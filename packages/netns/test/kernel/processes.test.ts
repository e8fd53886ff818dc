import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { openNetnsDirectory } from '../../src/index.ts';
import { mountsOn, namesThatIpLists } from '../observe.ts';
import { runDirectory, useNetnsDirectory } from '../private-directory.ts';

const LOCK_EX = 2;
const MS_BIND = 4096;
const MS_SHARED = 1 << 20;

const program = fileURLToPath(new URL('../contender.ts', import.meta.url));

/** Starts contenders, lets all go at once, and returns what each printed. */
async function contend(count: number, directory: string, mode: string, name: string): Promise<string[]> {
  const contenders = await Promise.all(
    Array.from({ length: count }, () => startContender(directory, mode, name)),
  );
  const outputs = contenders.map((contender) => text(contender.stdout));
  for (const contender of contenders) contender.stdin.end('go\n');
  return (await Promise.all(outputs)).map((output) => output.trim());
}

async function startContender(
  directory: string,
  mode: string,
  name: string,
): Promise<ChildProcessWithoutNullStreams> {
  const contender = spawn(process.execPath, [program, directory, mode, name]);
  contender.stderr.pipe(process.stderr);
  await once(contender.stdout, 'data');
  return contender;
}

describeKernel('several processes', { needs: ['netns'] }, () => {
  const { linux, directory } = useNetnsDirectory();

  it('that create one name at once, in a run directory that is not there yet: exactly one wins', async () => {
    for (let round = 0; round < 5; round++) {
      const fresh = `/run/fresh-${round}`;
      const results = await contend(4, fresh, 'create', 'web');
      expect(results.sort()).toEqual(['NETNS_EXISTS', 'NETNS_EXISTS', 'NETNS_EXISTS', 'won']);
      expect(mountsOn(fresh)).toBe(1);
      expect(mountsOn(`${fresh}/web`)).toBe(1);
      openNetnsDirectory({ linux, runDirectory: fresh }).delete('web');
      linux.unmount(fresh, 0);
      rmSync(fresh, { recursive: true });
    }
  });

  it('wait for ip netns, or another of them, to be done with making the run directory a mount', async () => {
    const fresh = '/run/locked';
    mkdirSync(fresh);
    const lock = openSync(fresh, 'r');
    linux.flock(lock, LOCK_EX);
    const contender = await startContender(fresh, 'create', 'web');
    contender.stdin.end('go\n');
    const result = text(contender.stdout);
    await expect
      .poll(() => readFileSync('/proc/locks', 'utf8'))
      .toMatch(new RegExp(`-> FLOCK +\\S+ +\\S+ +${contender.pid} `));
    expect(mountsOn(fresh)).toBe(0);
    // What the holder of the lock does, and the one that waited must not do again.
    linux.mount(fresh, fresh, null, MS_BIND, null);
    linux.mount('', fresh, null, MS_SHARED, null);
    closeSync(lock);
    expect(await result).toBe('won\n');
    expect(mountsOn(fresh)).toBe(1);
    openNetnsDirectory({ linux, runDirectory: fresh }).delete('web');
    linux.unmount(fresh, 0);
    rmdirSync(fresh);
  });

  it('that create and delete one name in turn never take it from each other, and leave nothing', async () => {
    const won = (await contend(4, runDirectory, 'rounds', 'web')).map(Number);
    expect(won).toHaveLength(4);
    for (const times of won) expect(times).toBeGreaterThan(0);
    expect(readdirSync(runDirectory)).toEqual([]);
    expect(mountsOn(`${runDirectory}/web`)).toBe(0);
  });

  it('of which one is killed at any moment: the next creates the name, and nothing is left over', async () => {
    for (let round = 0; round < 15; round++) {
      const contender = await startContender(runDirectory, 'churn', 'web');
      contender.stdin.end('go\n');
      await pause(Math.random() * 30);
      contender.kill('SIGKILL');
      await once(contender, 'close');
      expect(mountsOn(`${runDirectory}/web`)).toBeLessThanOrEqual(1);
      if (mountsOn(`${runDirectory}/web`) === 1) expect(directory.delete('web')).toBe(true);
      using web = directory.create('web');
      expect(namesThatIpLists()).toEqual(['web']);
      expect(directory.list()).toEqual([{ name: 'web', identity: web.identity, stale: false }]);
      directory.delete('web');
      expect(readdirSync(runDirectory)).toEqual([]);
    }
  });
});
