import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { NotANetnsError } from '../../src/index.ts';
import { mountsOn, namesThatIpLists, output } from '../observe.ts';
import { runDirectory, useNetnsDirectory } from '../private-directory.ts';

const MS_BIND = 4096;
const web = `${runDirectory}/web`;

describeKernel('delete', { needs: ['netns'] }, () => {
  const { linux, directory } = useNetnsDirectory();

  it('takes the name away, and says whether there was one', () => {
    directory.create('web').close();
    expect(directory.delete('web')).toBe(true);
    expect(existsSync(web)).toBe(false);
    expect(mountsOn(web)).toBe(0);
    expect(namesThatIpLists()).toEqual([]);
    expect(directory.delete('web')).toBe(false);
  });

  it('deletes what ip netns has made, and ip netns deletes ours', () => {
    output('ip', 'netns', 'add', 'by-ip');
    expect(directory.delete('by-ip')).toBe(true);
    directory.create('web').close();
    output('ip', 'netns', 'delete', 'web');
    expect(directory.list()).toEqual([]);
    directory.create('web').close();
  });

  it('removes what a creation or deletion cut short has left', () => {
    writeFileSync(web, '', { mode: 0 });
    expect(directory.delete('web')).toBe(true);
    expect(readdirSync(runDirectory)).toEqual([]);
  });

  it('takes away one at a time where two are mounted over each other', () => {
    using below = directory.create('web');
    linux.mount('/proc/thread-self/ns/net', web, null, MS_BIND, null);
    expect(directory.delete('web')).toBe(true);
    using uncovered = directory.open({ kind: 'name', name: 'web' });
    expect(uncovered.identity).toEqual(below.identity);
    expect(directory.delete('web')).toBe(true);
    expect(readdirSync(runDirectory)).toEqual([]);
  });

  it('refuses a symbolic link to a namespace, which can be opened', () => {
    symlinkSync(`/proc/${process.pid}/ns/net`, web);
    using netns = directory.open({ kind: 'name', name: 'web' });
    expect(directory.isOwn(netns)).toBe(true);
    expect(() => directory.delete('web')).toThrow(NotANetnsError);
    expect(() => directory.create('web')).toThrow(NotANetnsError);
    expect(readdirSync(runDirectory)).toEqual(['web']);
  });

  it('ends the namespace when nobody holds it any more', async () => {
    output('ip', 'link', 'add', 'host-end', 'type', 'veth', 'peer', 'name', 'inner');
    directory.create('web').close();
    output('ip', 'link', 'set', 'inner', 'netns', 'web');
    directory.delete('web');
    await expect.poll(() => output('ip', '-o', 'link', 'show')).not.toContain('host-end');
  });

  it('is seen in mount namespaces that were copied before, as is create', () => {
    directory.create('web').close();
    // The copy hears of what happens here, and says what it sees each time it is asked.
    const script =
      'echo ready; while read -r _; do ls -1 /run/netns | wc -l; awk \'$5 ~ "^/run/netns/" { n++ } END { print n + 0 }\' /proc/self/mountinfo; done';
    const answers = output(
      process.execPath,
      '--input-type=module',
      '--eval',
      `
        import { spawn } from 'node:child_process';
        import { once } from 'node:events';
        import { openLinux } from '@tsnet/linux';
        import { openNetnsDirectory } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
        const directory = openNetnsDirectory({ linux: openLinux() });
        const copy = spawn('unshare', ['--mount', '--propagation', 'slave', 'sh', '-c', ${JSON.stringify(script)}]);
        const ask = async () => { copy.stdin.write('\\n'); let text = ''; while (text.split('\\n').length < 3) text += (await once(copy.stdout, 'data'))[0]; return text.trim().split('\\n').join(' '); };
        await once(copy.stdout, 'data');
        console.log(await ask());
        directory.create('db').close();
        console.log(await ask());
        directory.delete('web');
        directory.delete('db');
        console.log(await ask());
        copy.stdin.end();
      `,
    );
    expect(answers.split('\n')).toEqual(['1 1', '2 2', '0 0']);
  });
});

describeKernel('list', { needs: ['netns'] }, () => {
  const { directory } = useNetnsDirectory();

  it('shows 100 namespaces by name, each with an identity of its own, exactly as ip netns does', () => {
    const names = Array.from({ length: 100 }, (_, index) => `many-${String(index).padStart(3, '0')}`);
    for (const name of names.toReversed()) directory.create(name).close();
    const listed = directory.list();
    expect(listed.map(({ name }) => name)).toEqual(names);
    expect(namesThatIpLists()).toEqual(names);
    expect(new Set(listed.map(({ identity }) => identity?.inode)).size).toBe(100);
    for (const { name, identity } of listed) {
      using netns = directory.open({ kind: 'name', name });
      expect(netns.identity).toEqual(identity);
    }
    for (const name of names) expect(directory.delete(name)).toBe(true);
    expect(directory.list()).toEqual([]);
  });

  it('tells what is stale and what is something else', () => {
    using web = directory.create('web');
    writeFileSync(`${runDirectory}/leftover`, '');
    writeFileSync(`${runDirectory}/other`, 'x');
    expect(directory.list()).toEqual([
      { name: 'leftover', identity: undefined, stale: true },
      { name: 'other', identity: undefined, stale: false },
      { name: 'web', identity: web.identity, stale: false },
    ]);
  });
});
