import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encodeUnixSocketAddress, type Linux, openLinux, SystemCallError } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { execa } from 'execa';
import { afterEach, expect, it } from 'vitest';
import type { SocketConfig } from '../../src/config/daemon-config.ts';
import { bindSocket } from '../../src/listen/bind-socket.ts';
import { findGroupId } from '../../src/listen/host-group.ts';
import { listenOnSocket } from '../../src/listen/listen-on-socket.ts';
import type { Listener } from '../../src/listen/listener.ts';
import { ask } from '../testing/ask.ts';
import { ListenerProcess } from '../testing/listener-process.ts';
import { leaveStaleSocket, makeSocket } from '../testing/unix-socket.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const NOBODY = 65_534;
const linux = openLinux();
const options = { maxConnections: 100, requestTimeout: 30, drainTimeout: 5 };

const toClose: Listener[] = [];
afterEach(async () => {
  for (const listener of toClose.splice(0)) await listener[Symbol.asyncDispose]();
});

/** A path for a socket, in a directory of its own that anybody may pass through. */
function freshPath(): string {
  const directory = mkdtempSync('/run/socket-');
  chmodSync(directory, 0o755);
  return join(directory, 'tsnet.sock');
}

async function listen(path: string, changes: Partial<SocketConfig> = {}): Promise<Listener> {
  const config = { path, mode: 0o660, group: 'tsnet', ...changes };
  const listener = await listenOnSocket(linux, config, (_, response) => response.end('hello'), options);
  toClose.push(listener);
  return listener;
}

/** Asks as another user, with curl: its exit code and what it prints. */
async function askAs(path: string, groups: readonly string[]) {
  const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), ...groups];
  const curl = ['curl', '--silent', '--unix-socket', path, 'http://tsnet/'];
  const { exitCode, stdout } = await execa('setpriv', [...user, '--', ...curl], { reject: false });
  return { exitCode, stdout };
}

/** Why another user's connection is refused; undefined when it is not. */
function refusalOf(path: string, groups: readonly number[]): unknown {
  const own = process.getgroups?.() ?? [];
  const fd = linux.socket(AF_UNIX, SOCK_STREAM, 0);
  process.setgroups?.([...groups]);
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    linux.connect(fd, encodeUnixSocketAddress({ path }));
    return undefined;
  } catch (error) {
    return error instanceof SystemCallError ? error.errnoName : error;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(own);
    linux.close(fd);
  }
}

const permissions = (path: string) => (statSync(path).mode & 0o7777).toString(8);

describeKernel('listenOnSocket', { needs: ['netns'] }, () => {
  it('answers on its socket, which its owner and group may use', async () => {
    const path = freshPath();
    const listener = await listen(path);
    expect(listener.address).toBe(`unix:${path}`);
    expect(await ask({ socketPath: path })).toMatchObject({ status: 200, body: 'hello' });
    expect(permissions(path)).toBe('660');
  });

  it('gives the socket to its group, lets those in it in and nobody else', async () => {
    const path = freshPath();
    const group = findGroupId('daemon');
    await listen(path, { group: 'daemon' });
    expect(statSync(path)).toMatchObject({ uid: 0, gid: group });
    expect(await askAs(path, ['--clear-groups'])).toEqual({ exitCode: 7, stdout: '' });
    expect(refusalOf(path, [])).toBe('EACCES');
    expect(refusalOf(path, [group ?? -1])).toBeUndefined();
    expect(await askAs(path, ['--groups', String(group)])).toEqual({ exitCode: 0, stdout: 'hello' });
  });

  it('lets nobody but root in where the host has no such group', async () => {
    const path = freshPath();
    await listen(path, { group: 'no-such-group' });
    expect(statSync(path)).toMatchObject({ uid: 0, gid: 0 });
    expect(refusalOf(path, [])).toBe('EACCES');
  });

  it('takes the mode that it is given, whatever the umask', async () => {
    const path = join(freshPath(), '../new/deep/tsnet.sock');
    const before = process.umask(0o077);
    try {
      await listen(path, { mode: 0o640 });
    } finally {
      process.umask(before);
    }
    expect(permissions(path)).toBe('640');
    expect(permissions(join(path, '..'))).toBe('755');
    expect(permissions(join(path, '../..'))).toBe('755');
  });

  it('is not open to others for a moment, also where the umask would have it so', async () => {
    const path = freshPath();
    const born: string[] = [];
    const watched: Linux = new Proxy(linux, {
      get: (target, name: keyof Linux) => (name === 'bind' ? bind : target[name].bind(target)),
    });
    const bind: Linux['bind'] = (fd, address) => {
      linux.bind(fd, address);
      born.push(permissions(path));
    };
    const before = process.umask(0);
    try {
      const bound = bindSocket(watched, { path, mode: 0o660, group: 'daemon' });
      bound.unlink();
      linux.close(bound.fd);
    } finally {
      process.umask(before);
    }
    expect(born).toEqual(['600']);
  });

  it('leaves nothing behind', async () => {
    const path = freshPath();
    const listener = await listen(path);
    await listener[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('takes the place of a socket on which nobody listens', async () => {
    const path = freshPath();
    leaveStaleSocket(linux, path);
    await listen(path);
    expect((await ask({ socketPath: path })).body).toBe('hello');
  });

  it('takes over from a daemon that was killed', async () => {
    const path = freshPath();
    await using other = new ListenerProcess();
    expect(await other.listen(path)).toEqual({ addresses: [`unix:${path}`] });
    await other.kill();
    expect(existsSync(path)).toBe(true);
    await listen(path);
    expect((await ask({ socketPath: path })).body).toBe('hello');
  });

  it('does not disturb a daemon that listens there, and names it', async () => {
    const path = freshPath();
    await using other = new ListenerProcess();
    await other.listen(path);
    const taken = { code: 'DAEMON_SOCKET_TAKEN', kind: 'already-exists', pid: other.pid };
    await expect(listen(path)).rejects.toMatchObject(taken);
    expect((await ask({ socketPath: path })).body).toBe(String(other.pid));
  });

  it.each([
    ['a program that takes no lock', 1, 1],
    ['one whose queue is full', 0, 1],
    ['one that takes datagrams', undefined, SOCK_DGRAM],
  ])('does not disturb %s', async (_, backlog, type) => {
    const path = freshPath();
    const fd = makeSocket(linux, path, backlog, type);
    await expect(listen(path)).rejects.toMatchObject({ code: 'DAEMON_SOCKET_TAKEN' });
    // The second one waits in no queue.
    await expect(listen(path)).rejects.toMatchObject({ code: 'DAEMON_SOCKET_TAKEN' });
    linux.close(fd);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'precious')],
    ['a directory', (path) => mkdirSync(path)],
    [
      'a link to a socket',
      (path) => {
        leaveStaleSocket(linux, `${path}.real`);
        symlinkSync(`${path}.real`, path);
      },
    ],
    ['a link to nothing', (path) => symlinkSync('/run/nothing', path)],
  ])('leaves %s where it is', async (_, make) => {
    const path = freshPath();
    make(path);
    const before = readdirSync(join(path, '..'));
    await expect(listen(path)).rejects.toMatchObject({ code: 'DAEMON_NO_SOCKET', kind: 'already-exists' });
    expect(readdirSync(join(path, '..'))).toEqual(before);
  });

  it('leaves a socket that has taken its place', async () => {
    const path = freshPath();
    const listener = await listen(path);
    renameSync(path, `${path}.old`);
    const fd = makeSocket(linux, path, 1);
    await listener[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(true);
    linux.close(fd);
  });

  it('says which directory cannot be made', async () => {
    const path = freshPath();
    writeFileSync(path, '');
    await expect(listen(join(path, 'tsnet.sock'))).rejects.toMatchObject({
      code: 'DAEMON_FILE',
      kind: 'invalid',
      subject: join(path, 'tsnet.sock'),
    });
  });

  it('lets one of two daemons win that start at once on a stale socket, in 50 rounds', async () => {
    await using one = new ListenerProcess();
    await using other = new ListenerProcess();
    // Both are up.
    await Promise.all([one.tell({ close: true }), other.tell({ close: true })]);
    const rounds: unknown[] = [];
    for (let round = 0; round < 50; round++) {
      const path = freshPath();
      leaveStaleSocket(linux, path);
      const at = Date.now() + 5;
      const reports = await Promise.all([one.listen(path, at), other.listen(path, at)]);
      const winners = [one, other].filter((_, index) => reports[index]?.addresses !== undefined);
      const { body } = await ask({ socketPath: path });
      rounds.push({
        winners: winners.length,
        isTheOneThatAnswers: body === String(winners[0]?.pid),
        losers: reports.flatMap(({ error }) => error?.code ?? []),
      });
      await Promise.all([one.tell({ close: true }), other.tell({ close: true })]);
    }
    const expected = { winners: 1, isTheOneThatAnswers: true, losers: ['DAEMON_SOCKET_TAKEN'] };
    expect(rounds).toEqual(Array.from({ length: 50 }, () => expected));
  });
});
