import { readdirSync } from 'node:fs';
import { openLinux } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { LinkReaper } from '../../src/link-reaper.ts';
import { World } from '../world.ts';

/** The kernel, which refuses every socket after the first few. */
function runningShort(sockets: number): ReturnType<typeof openLinux> {
  let left = sockets;
  return new Proxy(openLinux(), {
    get(target, name) {
      if (name === 'socket' && left-- <= 0) throw new Error('too many open files');
      return Reflect.get(target, name).bind(target);
    },
  });
}

describeKernel('the reaper of links', { needs: ['netns', 'veth'] }, () => {
  it.each([0, 1])('leaves no socket open when it gets only %d of its two', async (sockets) => {
    await using world = new World();
    using netns = world.namespaces.open({ kind: 'name', name: 'host' });
    const linux = runningShort(sockets);
    const before = readdirSync('/proc/self/fd');
    expect(() => new LinkReaper(linux, netns.fd)).toThrow('too many open files');
    expect(readdirSync('/proc/self/fd')).toEqual(before);
  });
});
