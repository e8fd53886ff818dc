import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { AsyncInNetnsError } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import {
  formatNetnsRef,
  NetnsClosedError,
  NetnsNotFoundError,
  type NetnsRef,
  NotANetnsError,
  openNetnsDirectory,
  parseNetnsRef,
  sameNetns,
} from '../../src/index.ts';
import { output, procText } from '../observe.ts';
import { runDirectory, useNetnsDirectory } from '../private-directory.ts';

const byPath = (path: string): NetnsRef => ({ kind: 'path', path });
const byName = (name: string): NetnsRef => ({ kind: 'name', name });
const byPid = (pid: number | undefined): NetnsRef => ({ kind: 'pid', pid: pid ?? 0 });

function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describeKernel('open', { needs: ['netns'] }, () => {
  const { linux, directory } = useNetnsDirectory();

  it('opens one namespace by name, by path and by process', async () => {
    using created = directory.create('web');
    const child = spawn('ip', ['netns', 'exec', 'web', 'sh', '-c', 'echo ready; exec sleep 60']);
    await once(child.stdout, 'data');
    for (const ref of [byName('web'), byPath(`${runDirectory}/web`), byPid(child.pid)]) {
      using opened = directory.open(ref);
      expect(opened.identity).toEqual(created.identity);
      expect(opened.ref).toBe(ref);
      expect(opened.run(() => readlinkSync('/proc/thread-self/ns/net'))).toBe(procText(created.identity));
    }
    child.kill('SIGKILL');
    await once(child, 'close');
  });

  it('opens what ip netns has made', () => {
    output('ip', 'netns', 'add', 'by-ip');
    using netns = directory.open(byName('by-ip'));
    expect(output('ip', 'netns', 'exec', 'by-ip', 'readlink', '/proc/self/ns/net')).toBe(
      procText(netns.identity),
    );
  });

  it('opens its files close-on-exec', () => {
    using netns = directory.create('web');
    const flags = /^flags:\t(.*)$/m.exec(readFileSync(`/proc/self/fdinfo/${netns.fd}`, 'utf8'))?.[1];
    expect(Number.parseInt(flags ?? '', 8) & 0o2000000).toBe(0o2000000);
  });

  it('knows the namespace of the calling thread', () => {
    using own = directory.own();
    using web = directory.create('web');
    expect(procText(own.identity)).toBe(readlinkSync('/proc/thread-self/ns/net'));
    expect(directory.isOwn(own)).toBe(true);
    expect(directory.isOwn(web)).toBe(false);
    expect(web.run(() => [directory.isOwn(own), directory.isOwn(web)])).toEqual([false, true]);
    expect(sameNetns(own.identity, web.identity)).toBe(false);
  });

  it('says what to do about a name that does not exist', () => {
    expect(directory.find(byName('web'))).toBeUndefined();
    expect(thrown(() => directory.open(byName('web')))).toMatchObject({
      code: 'NETNS_NOT_FOUND',
      kind: 'not-found',
      message: 'cannot open network namespace web: there is no /run/netns/web',
      hint: 'List the names to see which there are.',
    });
  });

  it('does not take the file of a namespace that has gone for a namespace', () => {
    writeFileSync(`${runDirectory}/web`, '');
    expect(directory.find(byName('web'))).toBeUndefined();
    expect(() => directory.open(byName('web'))).toThrow('nothing is mounted on /run/netns/web any more');
  });

  it.each(['none', '/run/netns/none', '/etc/passwd/none', 'pid:4194304'])('finds nothing at %s', (text) => {
    const ref = parseNetnsRef(text);
    expect(directory.find(ref)).toBeUndefined();
    expect(() => directory.open(ref)).toThrow(NetnsNotFoundError);
  });

  it('says that a process does not run when it has ended, even before its parent has taken note', async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    // From then on the parent is a program that never takes note of its children.
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    expect(() => directory.open(byPid(pid))).toThrow(`process ${pid} does not run`);
    parent.kill('SIGKILL');
    await once(parent, 'close');
    expect(() => directory.open(byPid(parent.pid))).toThrow(`process ${parent.pid} does not run`);
  });

  const others = [
    '/proc/self/ns/mnt',
    '/proc/self/ns/user',
    '/etc/passwd',
    '/run/netns',
    '/dev/null',
    '/proc/version',
  ];
  it.each(others)('refuses %s, which is no network namespace', (path) => {
    expect(() => directory.open(byPath(path))).toThrow(NotANetnsError);
    expect(() => directory.find(byPath(path))).toThrow(NotANetnsError);
  });

  it('refuses, lists and does not delete a name on which another kind of namespace is mounted', () => {
    const path = `${runDirectory}/uts`;
    writeFileSync(path, '');
    linux.mount('/proc/self/ns/uts', path, null, 4096, null);
    expect(() => directory.open(byName('uts'))).toThrow(
      'cannot open network namespace uts: /run/netns/uts is not a network namespace',
    );
    expect(() => directory.create('uts')).toThrow(NotANetnsError);
    expect(() => directory.delete('uts')).toThrow(NotANetnsError);
    expect(directory.list()).toEqual([{ name: 'uts', identity: undefined, stale: false }]);
    linux.unmount(path, 0);
    expect(directory.delete('uts')).toBe(true);
  });

  it('looks where it is told for names and processes', () => {
    const there = openNetnsDirectory({ linux, runDirectory: '/run/none', procDirectory: '/run/no-proc' });
    expect(there.list()).toEqual([]);
    expect(there.find(byPid(process.pid))).toBeUndefined();
    expect(there.delete('web')).toBe(false);
    expect(() => there.own()).toThrow(NetnsNotFoundError);
  });
});

describeKernel('a handle', { needs: ['netns'] }, () => {
  const { directory } = useNetnsDirectory();

  it('keeps the namespace alive after its name has gone', () => {
    using web = directory.create('web');
    directory.delete('web');
    expect(web.run(() => readlinkSync('/proc/thread-self/ns/net'))).toBe(procText(web.identity));
  });

  it('runs what throws, and comes home', () => {
    using web = directory.create('web');
    const home = readlinkSync('/proc/thread-self/ns/net');
    expect(() =>
      web.run(() => {
        throw new RangeError('inside');
      }),
    ).toThrow(RangeError);
    expect(() => web.run(async () => 1)).toThrow(AsyncInNetnsError);
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home);
  });

  it('runs one inside another, and comes back to the outer one', () => {
    using web = directory.create('web');
    using db = directory.create('db');
    const seen = web.run(() => {
      const inner = db.run(() => readlinkSync('/proc/thread-self/ns/net'));
      return [inner, readlinkSync('/proc/thread-self/ns/net')];
    });
    expect(seen).toEqual([procText(db.identity), procText(web.identity)]);
  });

  it('may be closed twice and is of no use afterwards, though its number may be that of another file', () => {
    const web = directory.create('web');
    web.close();
    using db = directory.create('db');
    web.close();
    expect(() => web.run(() => 'ran')).toThrow(NetnsClosedError);
    expect(() => web.fd).toThrow('cannot use network namespace web: its handle is closed');
    expect(db.run(() => 'ran')).toBe('ran');
    expect(formatNetnsRef(web.ref)).toBe('web');
  });

  it('has files of its own network under /proc/sys while it runs', () => {
    using web = directory.create('web');
    const file = '/proc/sys/net/ipv4/ip_forward';
    const before = readFileSync(file, 'utf8');
    web.run(() => writeFileSync(file, before === '1\n' ? '0' : '1'));
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(web.run(() => readFileSync(file, 'utf8'))).not.toBe(before);
  });
});

describeKernel('a run directory that cannot be had', { needs: ['netns'] }, () => {
  const { linux } = useNetnsDirectory();

  it('is reported with the name that was to be created', () => {
    mkdirSync('/run/blocked');
    writeFileSync('/run/blocked/netns', 'a file');
    const directory = openNetnsDirectory({ linux, runDirectory: '/run/blocked/netns' });
    expect(thrown(() => directory.create('web'))).toMatchObject({ code: 'NETNS_EEXIST', subject: 'web' });
    rmSync('/run/blocked', { recursive: true });
  });
});
