import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { inNetns } from '@tsnet/linux';
import {
  NftablesClosedError,
  NftablesMissingError,
  nftValue,
  openNftables,
  Transaction,
} from '@tsnet/nftables';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { linux, useNetns } from './netns.ts';

const table = { family: 'inet', table: 't' } as const;
const openDescriptors = () => readdirSync('/proc/self/fd').length;

function runModule(prefix: readonly string[], body: string, flags: readonly string[] = []) {
  const [command, ...args] = [...prefix, process.execPath, ...flags, '--input-type=module', '--eval', body];
  return spawnSync(command ?? '', args, { encoding: 'utf8', cwd: import.meta.dirname });
}

/** Runs a program where neither nft nor a library that loads is found: an empty file takes the place of it. */
function withoutNftables(): readonly string[] {
  const directory = mkdtempSync('/run/without-nftables-');
  writeFileSync(`${directory}/libnftables.so.1`, '');
  return ['env', `LD_LIBRARY_PATH=${directory}`, `PATH=${directory}`];
}

describeKernel('the life of a handle', { needs: ['netns', 'nftables'] }, () => {
  const netns = useNetns();

  it('takes the library when both are there', () => {
    using nftables = openNftables({ linux, netns: netns.fd, onFallback: expect.unreachable });
    expect(nftables.backend).toBe('libnftables');
  });

  it('leaves no descriptor behind after 200 openings', () => {
    openNftables({ linux, netns: netns.fd }).close();
    const before = openDescriptors();
    for (let index = 0; index < 200; index += 1) {
      const nftables = openNftables({ linux, netns: netns.fd });
      nftables.run(new Transaction().addTable(table));
      expect(() => nftables.run('nonsense')).toThrow();
      nftables.close();
      nftables.close();
    }
    expect(openDescriptors()).toBe(before);
  });

  it('keeps its sockets for all its transactions', () => {
    const set = { ...table, set: 's', spec: { key: ['mark'] } } as const;
    using nftables = openNftables({ linux, netns: netns.fd });
    const turn = () => {
      nftables.run(new Transaction().addTable(table).addSet(set, set.spec));
      nftables.run(new Transaction().addElements(set, [{ key: [nftValue.mark(1)] }]));
      nftables.run(new Transaction().deleteTable(table));
    };
    turn();
    const opened = openDescriptors();
    for (let index = 0; index < 20; index += 1) turn();
    expect(openDescriptors()).toBe(opened);
  });

  it('looks for library and program when it needs one of them', () => {
    const set = { ...table, set: 's', spec: { key: ['mark'] } } as const;
    const elements = [{ key: [nftValue.mark(1)] }];
    const body = `
      import { openLinux } from '@tsnet/linux';
      import { openNftables, Transaction } from '@tsnet/nftables';
      const nftables = openNftables({ linux: openLinux() });
      nftables.run(new Transaction().ensureElements(${JSON.stringify(set)}, ${JSON.stringify(elements)}));
      try { nftables.run('add table inet u'); } catch (error) { console.log(error.code); }`;
    netns.nft('add table inet t; add set inet t s { type mark; }');
    const { stdout, stderr } = inNetns(linux, netns.fd, () => runModule(withoutNftables(), body));
    expect([stdout.trim(), stderr]).toEqual(['NFTABLES_MISSING', '']);
    expect(netns.json('list', 'set', 'inet', 't', 's')).toMatchObject([{ set: { elem: [1] } }]);
  });

  it('does not grow with thousands of transactions', () => {
    const body = `
      import { openLinux } from '@tsnet/linux';
      import { nftValue, openNftables, Transaction } from '@tsnet/nftables';
      const nftables = openNftables({ linux: openLinux(), backend: 'libnftables' });
      const table = { family: 'inet', table: 'leak' };
      const set = { ...table, set: 's' };
      const element = { key: [nftValue.mark(1)], comment: 'x'.repeat(100) };
      nftables.run(new Transaction().addTable(table).addSet(set, { key: ['mark'] }));
      function turns(count) {
        for (let index = 0; index < count; index += 1) {
          nftables.run(new Transaction().addElements(set, [element]));
          nftables.list({ what: 'set', set });
          try { nftables.run('nonsense '.repeat(1000)); } catch {}
          nftables.run(new Transaction().deleteElements(set, [element.key]));
        }
        gc();
        return process.memoryUsage.rss();
      }
      const before = turns(500);
      console.log(turns(2000) - before);
      nftables.run(new Transaction().deleteTable(table));`;
    const { stdout } = runModule([], body, ['--expose-gc']);
    // One leaked complaint a turn would be 18 MB.
    expect(Number(stdout.trim() || 'NaN')).toBeLessThan(8 << 20);
  });

  it('refuses to be used after it was closed', () => {
    const nftables = openNftables({ linux, netns: netns.fd });
    nftables.close();
    expect(() => nftables.run('add table inet t')).toThrow(NftablesClosedError);
    expect(() => nftables.list({ what: 'tables' })).toThrow(NftablesClosedError);
  });

  it.each(['libnftables', 'nft'] as const)(
    'outlives the descriptor that it was given, through %s',
    (backend) => {
      const given = openSync(`/proc/self/fd/${netns.fd}`, 'r');
      using nftables = openNftables({ linux, netns: given, backend });
      closeSync(given);
      nftables.run(new Transaction().addTable(table));
      expect(netns.json('list', 'tables')).toHaveLength(1);
    },
  );

  it('refuses a descriptor that is no namespace, and leaves none behind', () => {
    const file = openSync('/dev/null', 'r');
    const before = openDescriptors();
    expect(() => openNftables({ linux, netns: 4_000_000 })).toThrow('as a namespace');
    expect(() => openNftables({ linux, netns: file })).toThrow('cannot enter a namespace');
    expect(openDescriptors()).toBe(before);
    closeSync(file);
  });

  it('says that the program is missing', () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(() => openNftables({ linux, backend: 'nft' })).toThrow(NftablesMissingError);
    } finally {
      process.env.PATH = path;
    }
  });

  it('reports a missing privilege as one', () => {
    const body = `
      import { openLinux } from '@tsnet/linux';
      import { openNftables } from '@tsnet/nftables';
      for (const backend of ['libnftables', 'nft']) {
        try { openNftables({ linux: openLinux(), backend }).run('add table inet t'); }
        catch (error) { console.log(backend, error.kind, error.errnoName); }
      }`;
    const { stdout } = runModule(['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'], body);
    expect(stdout.trim().split('\n')).toEqual(['libnftables permission EPERM', 'nft permission EPERM']);
  });

  it('throws when the process may open no more files, where libnftables would end it', () => {
    const body = `
      import { openSync } from 'node:fs';
      import { openLinux } from '@tsnet/linux';
      import { openNftables } from '@tsnet/nftables';
      const linux = openLinux();
      openNftables({ linux, backend: 'libnftables' }).close();
      try { for (;;) openSync('/dev/null'); } catch {}
      try { openNftables({ linux, backend: 'libnftables' }); } catch (error) { console.log(error.kind, error.code); }`;
    const { status, stdout } = runModule(['prlimit', '--nofile=64'], body);
    expect([status, stdout.trim()]).toEqual([0, 'exhausted LINUX_EMFILE']);
  });
});
