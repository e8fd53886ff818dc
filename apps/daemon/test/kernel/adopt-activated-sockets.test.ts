import { mkdtempSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openLinux } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { adoptActivatedSockets } from '../../src/listen/adopt-activated-sockets.ts';
import { ask } from '../testing/ask.ts';
import { ListenerProcess } from '../testing/listener-process.ts';
import { makeSocket } from '../testing/unix-socket.ts';

const SOCK_DGRAM = 2;
const linux = openLinux();
const options = { maxConnections: 100, requestTimeout: 30, drainTimeout: 5 };
const freshPath = () => join(mkdtempSync('/run/activated-'), 'tsnet.sock');

/** Adopts in this process, whose descriptors from 3 on are its own: only the variables are looked at. */
const adopt = (environment: NodeJS.ProcessEnv) =>
  adoptActivatedSockets(linux, environment, (_, response) => response.end(), options);

describeKernel('adoptActivatedSockets', { needs: ['netns'] }, () => {
  it('answers on a socket that was handed over, and leaves its file to who made it', async () => {
    const path = freshPath();
    const fd = makeSocket(linux, path, 16);
    const { ino } = statSync(path);
    await using daemon = new ListenerProcess(fd);
    expect(await daemon.tell({ adopt: true })).toMatchObject({ addresses: [`unix:${path}`] });
    expect((await ask({ socketPath: path })).body).toBe(String(daemon.pid));
    await daemon.tell({ close: true });
    expect(statSync(path).ino).toBe(ino);
    linux.close(fd);
  });

  it('loses no connection between one daemon and the next', async () => {
    const path = freshPath();
    const fd = makeSocket(linux, path, 16);
    await using first = new ListenerProcess(fd);
    await first.tell({ adopt: true });
    await first.tell({ close: true });
    await first.kill();
    const answer = ask({ socketPath: path });
    await using second = new ListenerProcess(fd);
    await second.tell({ adopt: true });
    expect((await answer).body).toBe(String(second.pid));
    linux.close(fd);
  });

  it('keeps the sockets and what tells of them from its children', async () => {
    const fd = makeSocket(linux, freshPath(), 16);
    await using daemon = new ListenerProcess(fd);
    const { child = '' } = await daemon.tell({ adopt: true });
    expect(child).toContain('PATH');
    expect(child).not.toContain('LISTEN_');
    // Each socket has a number of its own: `socket:[1234]`.
    expect(child).toContain('0 -> ');
    expect(child).not.toContain(readlinkSync(`/proc/self/fd/${fd}`));
    linux.close(fd);
  });

  it.each<[string, () => number]>([
    ['a TCP socket', () => tcpSocket()],
    ['a socket for datagrams', () => makeSocket(linux, freshPath(), undefined, SOCK_DGRAM)],
    ['a socket that does not listen', () => makeSocket(linux, freshPath())],
  ])('refuses %s, by its number and name', async (_, make) => {
    const fd = make();
    await using daemon = new ListenerProcess(fd);
    const { error } = await daemon.tell({ adopt: true });
    expect(error).toMatchObject({
      code: 'DAEMON_ACTIVATION',
      message: expect.stringContaining('descriptor 3 (tsnetd.socket)'),
    });
    linux.close(fd);
  });

  it('has none where they are for another process, or nobody hands any over, and clears the variables', async () => {
    for (const LISTEN_PID of ['1', undefined]) {
      const environment = {
        PATH: '/bin',
        LISTEN_PID,
        LISTEN_FDS: '1',
        LISTEN_FDNAMES: 'x',
        LISTEN_PIDFDID: '1',
      };
      expect(await adopt(environment)).toEqual([]);
      expect(environment).toEqual({ PATH: '/bin' });
    }
  });

  it('refuses a count that is none', async () => {
    const environment = { LISTEN_PID: String(process.pid), LISTEN_FDS: '1e3' };
    await expect(adopt(environment)).rejects.toMatchObject({ code: 'DAEMON_ACTIVATION', kind: 'invalid' });
  });
});

/** A listening TCP socket that was born outside of Node.js' hands. */
function tcpSocket(): number {
  const AF_INET = 2;
  const fd = linux.socket(AF_INET, 1, 0);
  linux.listen(fd, 1);
  return fd;
}
