import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { type Netns, spawnInNetns } from '../../src/index.ts';
import { namespacesOfThreads, output, procText } from '../observe.ts';
import { useNetnsDirectory } from '../private-directory.ts';

const run = promisify(execFile);
const source = new URL('../../src/index.ts', import.meta.url).href;

describeKernel('spawnInNetns', { needs: ['netns'] }, () => {
  const { directory } = useNetnsDirectory();

  async function printed(netns: Netns, command: string, ...args: string[]): Promise<string> {
    const child = spawnInNetns(netns, command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('the child has no output');
    return (await text(child.stdout)).trimEnd();
  }

  it('starts a program in the namespace while this process stays at home', async () => {
    using web = directory.create('web');
    const home = readlinkSync('/proc/self/ns/net');
    const child = spawnInNetns(web, 'sleep', ['60']);
    expect(readlinkSync(`/proc/${child.pid}/ns/net`)).toBe(procText(web.identity));
    expect(new Set(namespacesOfThreads())).toEqual(new Set([home]));
    child.kill('SIGKILL');
    await once(child, 'close');
  });

  it('gives arguments to the program as they are, with no shell between, whatever the options say', async () => {
    using web = directory.create('web');
    expect(await printed(web, 'printf', '%s', '$(id); "a  b"')).toBe('$(id); "a  b"');
    const shell: SpawnOptions = { shell: true, stdio: ['ignore', 'pipe', 'inherit'] };
    const child = spawnInNetns(web, 'printf', ['%s', '$(id)'], shell);
    expect(child.stdout && (await text(child.stdout))).toBe('$(id)');
  });

  it('starts many at once, each in its own namespace', async () => {
    const spaces = Array.from({ length: 8 }, (_, index) => directory.create(`web-${index}`));
    const seen = await Promise.all(spaces.map((netns) => printed(netns, 'readlink', '/proc/self/ns/net')));
    expect(seen).toEqual(spaces.map(({ identity }) => procText(identity)));
    for (const netns of spaces) netns.close();
  });

  it('reports a program that does not exist as spawn does', async () => {
    using web = directory.create('web');
    const [error] = await once(spawnInNetns(web, '/nonexistent', []), 'error');
    expect(error).toMatchObject({ code: 'ENOENT' });
  });

  it('leaves later children of the process at home', async () => {
    using web = directory.create('web');
    await printed(web, 'true');
    const child = spawn('readlink', ['/proc/self/ns/net']);
    expect((await text(child.stdout)).trim()).toBe(readlinkSync('/proc/self/ns/net'));
  });
});

describeKernel('the threads of the process', { needs: ['netns'] }, () => {
  const { directory } = useNetnsDirectory();

  it('stay in the home namespace, before, during and after asynchronous work', async () => {
    const home = new Set([readlinkSync('/proc/self/ns/net')]);
    const work = () =>
      Promise.all([readFile('/etc/hostname'), lookup('localhost'), readFile('/proc/self/stat')]);
    await work();
    const working = work();
    using web = directory.create('web');
    for (let count = 0; count < 50; count++) web.run(() => readlinkSync('/proc/thread-self/ns/net'));
    await working;
    await work();
    expect(new Set(namespacesOfThreads())).toEqual(home);
  });

  it('are born at home even when the first asynchronous call of the process is made inside', async () => {
    const program = `
      import { readFile, readdirSync, readlinkSync } from 'node:fs';
      import { openLinux } from '@tsnet/linux';
      import { openNetnsDirectory } from ${JSON.stringify(source)};
      const directory = openNetnsDirectory({ linux: openLinux() });
      using web = directory.create('web');
      web.run(() => readFile('/etc/hostname', () => {
        const seen = readdirSync('/proc/self/task').map((id) => readlinkSync('/proc/self/task/' + id + '/ns/net'));
        console.log(new Set(seen).size, seen.includes(readlinkSync('/proc/self/ns/net')));
      }));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
    expect(stdout).toBe('1 true\n');
  });

  it('move one by one: a worker thread that makes namespaces leaves the main thread where it is', async () => {
    const worker = new Worker(
      `
        import { readlinkSync } from 'node:fs';
        import { parentPort } from 'node:worker_threads';
        import { openLinux } from '@tsnet/linux';
        import { openNetnsDirectory } from ${JSON.stringify(source)};
        const directory = openNetnsDirectory({ linux: openLinux() });
        for (let count = 0; count < 100; count++) {
          using netns = directory.create('worker');
          netns.run(() => {
            if (!directory.isOwn(netns)) throw new Error('the thread is elsewhere');
          });
          directory.delete('worker');
        }
        parentPort.postMessage(readlinkSync('/proc/thread-self/ns/net'));
      `,
      { eval: true, execArgv: ['--input-type=module'] },
    );
    const home = readlinkSync('/proc/thread-self/ns/net');
    const answer = once(worker, 'message');
    let settled = false;
    const done = answer.finally(() => {
      settled = true;
    });
    while (!settled) {
      using mine = directory.create('main');
      expect(directory.isOwn(mine)).toBe(false);
      expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home);
      directory.delete('main');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await done).toEqual([home]);
    expect(output('readlink', '/proc/self/ns/net')).toBe(home);
    await worker.terminate();
  });
});
