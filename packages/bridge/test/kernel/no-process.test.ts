import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { World } from '../world.ts';

/** Calls that execute a program or begin a process. */
const CALLS = 'execve,execveat,fork,vfork,clone,clone3';

describeKernel(
  'the whole life of a network',
  { needs: ['netns', 'nftables', 'bridge', 'veth', 'strace'] },
  () => {
    it('starts no process, from its creation over an endpoint and its ports to its deletion', async () => {
      await using world = new World();
      world.sandbox('a');
      const directory = mkdtempSync('/run/tsnet-trace-');
      const trace = join(directory, 'trace');
      const program = [
        process.execPath,
        join(import.meta.dirname, '../programs/mortal.ts'),
        ...[join(directory, 'state.db'), world.runDirectory, 'a', '0'],
      ];
      const steps = world.host.run('strace', '-f', '-qq', `--trace=${CALLS}`, '-o', trace, ...program);
      for (const step of ['create-bridge', 'create-veth', 'publish-ports', 'delete-veth', 'delete-bridge']) {
        expect(steps).toContain(`${step}\n`);
      }
      const calls = world.host.run('cat', trace).trim().split('\n');
      const programs = calls.filter((line) => /^\d+ +execve(at)?\(/.test(line));
      // A thread is no process; the first program is the traced one itself.
      const processes = calls.filter((line) => /^\d+ +(v?fork|clone3?)\((?!.*CLONE_THREAD)/.test(line));
      expect(programs).toEqual([expect.stringContaining(directory)]);
      expect(processes).toEqual([]);
    });
  },
);
