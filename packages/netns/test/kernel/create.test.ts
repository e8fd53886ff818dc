import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Linux, SystemCallError } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, expect, it } from 'vitest';
import {
  InvalidNetnsRefError,
  NetnsClosedError,
  NetnsExistsError,
  NetnsSystemError,
  NotANetnsError,
  openNetnsDirectory,
  sameNetns,
} from '../../src/index.ts';
import { mountsOn, namesThatIpLists, openFiles, output, procText } from '../observe.ts';
import { runDirectory, useNetnsDirectory } from '../private-directory.ts';

const EPERM = 1;
const LOCK_EX = 2;
const web = `${runDirectory}/web`;

describeKernel('create', { needs: ['netns'] }, () => {
  const { linux, directory } = useNetnsDirectory();
  afterEach(() => rmSync('/run/elsewhere', { recursive: true, force: true }));

  it('makes a namespace that ip netns lists and can work in', () => {
    using netns = directory.create('web');
    expect(namesThatIpLists()).toEqual(['web']);
    expect(output('ip', 'netns', 'exec', 'web', 'readlink', '/proc/self/ns/net')).toBe(
      procText(netns.identity),
    );
    expect(netns).toMatchObject({ path: web, ref: { kind: 'name', name: 'web' } });
    expect(readlinkSync(`/proc/self/fd/${netns.fd}`)).toBe(procText(netns.identity));
  });

  it('makes a new namespace in which nothing is up, and leaves the thread where it was', () => {
    const home = readlinkSync('/proc/thread-self/ns/net');
    using netns = directory.create('web');
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home);
    expect(procText(netns.identity)).not.toBe(home);
    expect(output('ip', '-n', 'web', '-o', 'link', 'show')).toMatch(
      /^1: lo: <LOOPBACK> [^\n]*state DOWN[^\n]*$/,
    );
  });

  it('makes one without a name, which is named later, and ends with its handle otherwise', () => {
    const netns = directory.createUnnamed();
    expect(directory.list()).toEqual([]);
    directory.name(netns, 'web');
    using named = directory.open({ kind: 'name', name: 'web' });
    expect(sameNetns(named.identity, netns.identity)).toBe(true);
    expect(namesThatIpLists()).toEqual(['web']);
    expect(() => directory.name(netns, 'web')).toThrow(NetnsExistsError);
    netns.close();
    expect(directory.delete('web')).toBe(true);
    expect(() => directory.name(netns, 'db')).toThrow(NetnsClosedError);
    expect(directory.list()).toEqual([]);
  });

  it('makes the run directory a shared mount, once, as ip netns does', () => {
    directory.create('web').close();
    openNetnsDirectory({ linux, runDirectory }).create('db').close();
    output('ip', 'netns', 'add', 'by-ip');
    expect(mountsOn(runDirectory)).toBe(1);
    expect(output('findmnt', '-n', '-r', '-o', 'PROPAGATION,FSTYPE', web)).toBe('shared nsfs');
    expect(mountsOn(`${runDirectory}/by-ip`)).toBe(1);
  });

  it('makes the run directory again where it has gone', () => {
    const elsewhere = openNetnsDirectory({ linux, runDirectory: '/run/elsewhere/netns' });
    elsewhere.create('web').close();
    elsewhere.delete('web');
    linux.unmount('/run/elsewhere/netns', 0);
    rmSync('/run/elsewhere', { recursive: true });
    elsewhere.create('web').close();
    expect(elsewhere.list().map(({ name }) => name)).toEqual(['web']);
    expect(mountsOn('/run/elsewhere/netns')).toBe(1);
    elsewhere.delete('web');
    linux.unmount('/run/elsewhere/netns', 0);
  });

  it('refuses a name that is taken, by itself or by ip netns, and leaves that namespace alone', () => {
    using netns = directory.create('web');
    output('ip', 'netns', 'add', 'by-ip');
    expect(() => directory.create('web')).toThrow(NetnsExistsError);
    expect(() => directory.create('by-ip')).toThrow(
      'cannot create network namespace by-ip: it already exists',
    );
    using again = directory.open(netns.ref);
    expect(sameNetns(again.identity, netns.identity)).toBe(true);
    expect(mountsOn(web)).toBe(1);
  });

  it('takes the name of what a creation cut short has left', () => {
    writeFileSync(web, '', { mode: 0 });
    using netns = directory.create('web');
    expect(output('ip', 'netns', 'exec', 'web', 'readlink', '/proc/self/ns/net')).toBe(
      procText(netns.identity),
    );
  });

  it('leaves the name to another process that is about to mount there', () => {
    const theirs = openSync(web, 'w');
    linux.flock(theirs, LOCK_EX);
    expect(() => directory.create('web')).toThrow(NetnsExistsError);
    expect(directory.delete('web')).toBe(false);
    expect(readdirSync(runDirectory)).toEqual(['web']);
    closeSync(theirs);
    directory.create('web').close();
  });

  const obstacles: [string, () => void][] = [
    ['a file with content', () => writeFileSync(web, 'precious')],
    ['a directory', () => mkdirSync(web)],
    ['a symbolic link to an empty file', () => symlinkSync('/dev/null', web)],
    ['a dangling symbolic link', () => symlinkSync('/run/elsewhere', web)],
    ['a pipe', () => output('mkfifo', web)],
  ];
  it.each(obstacles)('refuses to touch %s that is in the way', (_, place) => {
    place();
    const before = lstatSync(web);
    expect(() => directory.create('web')).toThrow(NotANetnsError);
    expect(() => directory.delete('web')).toThrow(NotANetnsError);
    expect(lstatSync(web)).toEqual(before);
  });

  it.each(['', '.', '..', '../escape', '-n', 'a/b', 'a b', 'a\0b', 'pid:1', '/run/netns/web'])(
    'refuses the name %j before it touches anything',
    (name) => {
      expect(() => directory.create(name)).toThrow(InvalidNetnsRefError);
      expect(() => directory.delete(name)).toThrow(InvalidNetnsRefError);
      expect(directory.list()).toEqual([]);
    },
  );

  it.each(['ünï-cödé', 'quote\'"$(id)`', 'a:b,c@d'])('creates and deletes %j', (name) => {
    directory.create(name).close();
    expect(directory.list().map((entry) => entry.name)).toEqual([name]);
    expect(directory.delete(name)).toBe(true);
    expect(directory.list()).toEqual([]);
  });

  it('creates and deletes a name as long as a file name may be', () => {
    const name = 'n'.repeat(255);
    directory.create(name).close();
    expect(readdirSync(runDirectory)).toEqual([name]);
    expect(directory.delete(name)).toBe(true);
  });

  it('leaves nothing when the mount fails, neither a file nor a handle, and comes home', () => {
    directory.create('first').close();
    const refusing: Linux = new Proxy(linux, {
      get: (target, method: keyof Linux) =>
        method === 'mount' ? refuseMount : (target[method] as () => unknown).bind(target),
    });
    const refuseMount: Linux['mount'] = (source, target, type, flags, data) => {
      if (target === web) throw new SystemCallError('mount', target, EPERM);
      linux.mount(source, target, type, flags, data);
    };
    const home = readlinkSync('/proc/thread-self/ns/net');
    const files = openFiles();
    expect(() => openNetnsDirectory({ linux: refusing, runDirectory }).create('web')).toThrow(
      NetnsSystemError,
    );
    expect(openFiles()).toBe(files);
    expect(readdirSync(runDirectory)).toEqual(['first']);
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home);
  });

  it('leaves no file open and no mount behind after 200 namespaces', () => {
    directory.create('warm-up').close();
    directory.delete('warm-up');
    const files = openFiles();
    for (let count = 0; count < 200; count++) {
      using netns = directory.create('web');
      directory.open(netns.ref).close();
      expect(directory.delete('web')).toBe(true);
    }
    expect(openFiles()).toBe(files);
    expect(mountsOn(web)).toBe(0);
    expect(readdirSync(runDirectory)).toEqual([]);
  });
});
