import { spawnSync } from 'node:child_process';
import type { Linux } from '@tsnet/linux';
import { type NftElement, openNftables, Transaction, nftValue as v } from '@tsnet/nftables';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { describe, expect, it } from 'vitest';
import { elementCases } from '../element-cases.ts';
import { linux, useNetns } from './netns.ts';

const table = { family: 'inet', table: 't' } as const;

/** The kernel, with a count of the datagrams that this process sends itself, and not libnftables. */
function countingLinux(): { readonly linux: Linux; readonly sent: () => number } {
  let count = 0;
  const counting = new Proxy(linux, {
    get(target, name) {
      if (name === 'send') count += 1;
      const member = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { linux: counting, sent: () => count };
}

describeKernel('elements that go straight to the kernel', { needs: ['netns', 'nftables'] }, () => {
  const netns = useNetns();

  describe.each(elementCases)('$title', ({ spec, elements }) => {
    const set = { ...table, set: 's', spec };
    const keys = elements.map(({ key }) => key);
    const prepare = new Transaction().addTable(table).addChain({ ...table, chain: 'to_network' });
    if ('data' in spec) prepare.addMap(set, spec);
    else prepare.addSet(set, spec);

    it('are what libnftables makes and deletes', () => {
      const { linux: counting, sent } = countingLinux();
      using direct = openNftables({ linux: counting, netns: netns.fd });
      using library = openNftables({ linux, netns: netns.fd, backend: 'libnftables' });
      const listing = () => JSON.stringify(netns.json('list', 'ruleset')).replaceAll(/"expires":\d+/g, '');
      library.run(prepare);
      const empty = listing();
      library.run(new Transaction().addElements(set, elements));
      const full = listing();
      expect(full).not.toBe(empty);

      direct.run(new Transaction().deleteElements(set, keys));
      expect(listing()).toBe(empty);
      direct.run(new Transaction().addElements(set, elements));
      expect(listing()).toBe(full);
      direct.run(new Transaction().ensureElements(set, elements));
      expect(listing()).toBe(full);
      library.run(new Transaction().discardElements(set, elements));
      expect(listing()).toBe(empty);
      direct.run(new Transaction().ensureElements(set, elements));
      expect(listing()).toBe(full);
      for (const _ of ['there', 'gone']) {
        direct.run(new Transaction().discardElements(set, elements));
        expect(listing()).toBe(empty);
      }
      expect(sent()).toBe(6);
    });
  });

  describe('refused', () => {
    const ports = {
      ...table,
      set: 'ports',
      spec: { key: ['inet_service'], data: ['mark'] },
    } as const;
    const port = (number: number, mark = 1): NftElement => ({ key: [v.port(number)], data: [v.mark(mark)] });
    const prepare = new Transaction().addTable(table).addMap(ports, ports.spec);

    /** What is thrown, in both ways. */
    function refusals(transaction: Transaction, ready = true): readonly unknown[] {
      return (['auto', 'libnftables'] as const).map((backend) => {
        using nftables = openNftables({ linux, netns: netns.fd, backend });
        nftables.run(new Transaction().deleteTable(table));
        if (ready) nftables.run(prepare);
        if (ready) nftables.run(new Transaction().addElements(ports, [port(1)]));
        const before = netns.nft('list', 'ruleset');
        try {
          nftables.run(transaction);
        } catch (error) {
          expect(netns.nft('list', 'ruleset')).toBe(before);
          const { kind, errnoName, command } = error as Record<string, unknown>;
          return { kind, errnoName, command };
        }
        return 'applied';
      });
    }

    const absent = { ...ports, set: 'absent' } as const;
    it.each([
      ['a key that is there', new Transaction().addElements(ports, [port(2), port(1)]), 'already-exists'],
      [
        'a key that gives something else',
        new Transaction().ensureElements(ports, [port(1, 9)]),
        'already-exists',
      ],
      ['a discard of it', new Transaction().discardElements(ports, [port(1, 9)]), 'already-exists'],
      [
        'a key that is not there',
        new Transaction().deleteElements(ports, [port(1).key, port(3).key]),
        'not-found',
      ],
      [
        'a set that is not there',
        new Transaction().addElements(ports, [port(2)]).addElements(absent, [port(1)]),
        'not-found',
      ],
      [
        'the first of many',
        new Transaction()
          .deleteElements(ports, [port(1).key])
          .deleteElements(ports, [port(1).key])
          .addElements(ports, [port(5), port(5)]),
        'not-found',
      ],
    ] as const)('%s is refused in the same way, and nothing is changed', (_, transaction, kind) => {
      const [direct, library] = refusals(transaction);
      expect(direct).toEqual(library);
      expect(direct).toMatchObject({ kind });
    });

    it('a table that is not there is refused in the same way', () => {
      const [direct, library] = refusals(new Transaction().addElements(ports, [port(1)]), false);
      expect(direct).toEqual(library);
      expect(direct).toMatchObject({ kind: 'not-found' });
    });

    it('names the first of more refusals than the kernel has room to report', () => {
      using nftables = openNftables({ linux, netns: netns.fd });
      nftables.run(prepare);
      const transaction = new Transaction();
      for (let index = 0; index < 100; index++) transaction.deleteElements(ports, [port(1000 + index).key]);
      for (const _ of ['once', 'again']) {
        expect(() => nftables.run(transaction)).toThrow(
          'cannot apply "delete element inet t ports { 1000 }": No such file or directory (ENOENT)',
        );
      }
      nftables.run(new Transaction().addElements(ports, [port(1)]));
    });

    it('without privilege, says so', () => {
      const body = `
        import { openLinux } from '@tsnet/linux';
        import { openNftables, Transaction } from '@tsnet/nftables';
        const transaction = new Transaction().addElements(${JSON.stringify(ports)}, [${JSON.stringify(port(1))}]);
        try { openNftables({ linux: openLinux() }).run(transaction); }
        catch (error) { console.log(error.name, error.kind, error.errnoName, error.command); }`;
      const drop = ['--bounding-set=-net_admin', '--inh-caps=-net_admin'];
      const flags = ['--input-type=module', '--eval', body];
      const { stdout } = spawnSync('setpriv', [...drop, process.execPath, ...flags], {
        encoding: 'utf8',
        cwd: import.meta.dirname,
      });
      expect(stdout.trim()).toBe('NftablesError permission EPERM undefined');
    });
  });
});
