import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encodeUnixSocketAddress, openLinux } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { openNotifier } from '../../src/systemd/notifier.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const linux = openLinux();

/** Listens as a service manager does. */
function openManager(name: string) {
  const fd = linux.socket(AF_UNIX, SOCK_DGRAM, 0);
  const address = name.startsWith('@') ? { abstractName: name.slice(1) } : { path: name };
  linux.bind(fd, encodeUnixSocketAddress(address));
  return {
    fd,
    /** All messages that have come since. */
    read(): readonly string[] {
      const messages: string[] = [];
      const into = Buffer.alloc(4096);
      for (;;) {
        const length = linux.receive(fd, into);
        if (length === undefined) return messages;
        messages.push(into.toString('utf8', 0, length));
      }
    },
    [Symbol.dispose]: () => linux.close(fd),
  };
}

function notifierOf(environment: NodeJS.ProcessEnv) {
  const failures: unknown[] = [];
  const notifier = openNotifier({ linux, environment, onFailure: (error) => failures.push(error) });
  return { notifier, failures };
}

const freshPath = () => join(mkdtempSync('/run/notify-'), 'notify');

describeKernel('a notifier', { needs: ['netns'] }, () => {
  it.each([
    ['a path', freshPath()],
    ['an abstract name', '@tsnet-notify'],
  ])('tells of each state at %s', async (_, name) => {
    using manager = openManager(name);
    const environment = { NOTIFY_SOCKET: name, PATH: '/bin' };
    const { notifier, failures } = notifierOf(environment);
    await notifier.ready('12 networks');
    await notifier.status('two\nlines');
    await notifier.reloading();
    await notifier.ready();
    await notifier.stopping('draining');
    const reloading = expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    expect(manager.read()).toEqual([
      'READY=1\nSTATUS=12 networks',
      'STATUS=two lines',
      reloading,
      'READY=1',
      'STOPPING=1\nSTATUS=draining',
    ]);
    expect(failures).toEqual([]);
    expect(environment).toEqual({ PATH: '/bin' });
  });

  it('does nothing where no service manager is', async () => {
    const { notifier, failures } = notifierOf({ WATCHDOG_USEC: '2000' });
    let asked = 0;
    using _ = notifier.startWatchdog(() => {
      asked++;
      return true;
    });
    await notifier.ready('x');
    await notifier.stopping();
    await setTimeout(20);
    expect({ failures, asked }).toEqual({ failures: [], asked: 0 });
  });

  it('goes on where it cannot be heard, and says why', async () => {
    const gone = notifierOf({ NOTIFY_SOCKET: freshPath() });
    await gone.notifier.ready();
    expect(gone.failures).toEqual([expect.objectContaining({ code: 'LINUX_ENOENT' })]);
    const odd = notifierOf({ NOTIFY_SOCKET: 'vsock:2:1234' });
    await odd.notifier.ready();
    expect(odd.failures).toEqual([
      expect.objectContaining({ code: 'DAEMON_NOTIFY_SOCKET', kind: 'unavailable' }),
    ]);
  });

  it('waits for room in a queue that is full, and lets the process go on', async () => {
    const path = freshPath();
    using manager = openManager(path);
    const { notifier } = notifierOf({ NOTIFY_SOCKET: path });
    const sent = Promise.all(Array.from({ length: 200 }, (_, index) => notifier.status(String(index))));
    await setTimeout(20);
    const early = manager.read();
    expect(early.length).toBeLessThan(200);
    const all = [...early];
    let isSent = false;
    void sent.then(() => {
      isSent = true;
    });
    while (!isSent) {
      await setTimeout(1);
      all.push(...manager.read());
    }
    all.push(...manager.read());
    expect(new Set(all).size).toBe(200);
  });
});

describeKernel('a watchdog', { needs: ['netns'] }, () => {
  const period = 50;
  const watched = (path: string) => ({ NOTIFY_SOCKET: path, WATCHDOG_USEC: String(period * 2 * 1000) });

  it('tells twice in the time that there is, until it is ended', async () => {
    const path = freshPath();
    using manager = openManager(path);
    const { notifier } = notifierOf({ ...watched(path), WATCHDOG_PID: String(process.pid) });
    const watchdog = notifier.startWatchdog(() => true);
    await setTimeout(period * 10);
    watchdog[Symbol.dispose]();
    const messages = manager.read();
    expect(new Set(messages)).toEqual(new Set(['WATCHDOG=1']));
    expect(messages.length).toBeGreaterThan(5);
    expect(messages.length).toBeLessThanOrEqual(11);
    await setTimeout(period * 3);
    expect(manager.read()).toEqual([]);
  });

  it('is not for another process', async () => {
    const path = freshPath();
    using manager = openManager(path);
    const { notifier } = notifierOf({ ...watched(path), WATCHDOG_PID: '1' });
    using _ = notifier.startWatchdog(() => true);
    await setTimeout(period * 3);
    expect(manager.read()).toEqual([]);
  });

  it.each<[string, () => boolean | Promise<boolean>, number]>([
    ['says no', () => false, 0],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
      1,
    ],
    ['hangs', () => new Promise(() => {}), 0],
  ])('is silent while the health check %s', async (_, isHealthy, failing) => {
    const path = freshPath();
    using manager = openManager(path);
    const { notifier, failures } = notifierOf(watched(path));
    using __ = notifier.startWatchdog(isHealthy);
    await setTimeout(period * 4);
    expect(manager.read()).toEqual([]);
    expect(failures.length > 0).toBe(failing > 0);
  });

  it('tells a health check when its answer would come too late', async () => {
    const path = freshPath();
    using _ = openManager(path);
    const { notifier } = notifierOf(watched(path));
    const late = Promise.withResolvers<void>();
    using __ = notifier.startWatchdog((signal) => {
      signal.addEventListener('abort', () => late.resolve());
      return new Promise(() => {});
    });
    await expect(late.promise).resolves.toBeUndefined();
  });

  it('falls silent when the event loop hangs, so that the service manager ends the process', async () => {
    const path = freshPath();
    using manager = openManager(path);
    const program = `
      import { openLinux } from '@tsnet/linux';
      import { openNotifier } from ${JSON.stringify(join(import.meta.dirname, '../../src/systemd/notifier.ts'))};
      const onFailure = (error) => { throw error; };
      const notifier = openNotifier({ linux: openLinux(), environment: process.env, onFailure });
      notifier.startWatchdog(() => true);
      setTimeout(() => { for (;;); }, 500);
    `;
    const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, ...watched(path) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await expect.poll(() => manager.read().length, { timeout: 5000 }).toBeGreaterThan(0);
    await setTimeout(1000);
    manager.read();
    await setTimeout(period * 6);
    expect(manager.read()).toEqual([]);
    expect(child.exitCode).toBeNull();
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
});
