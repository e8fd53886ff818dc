import {
  InvalidNftablesInputError,
  type Nftables,
  NftablesError,
  type NftElement,
  type NftSet,
  openNftables,
  Transaction,
  nftValue as v,
} from '@tsnet/nftables';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linux, useNetns } from './netns.ts';

const table = { family: 'inet', table: 't' } as const;
const ports = {
  ...table,
  set: 'ports',
  spec: { key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'], comment: 'p' },
} as const;
const ranges = {
  ...table,
  set: 'ranges',
  spec: { key: ['ipv4_addr', 'inet_service'], data: ['ipv4_addr'], interval: true },
} as const;
const links = { ...table, set: 'links', spec: { key: ['ifname'] } } as const;
const verdicts = { ...table, set: 'verdicts', spec: { key: ['ifname'], data: ['verdict'] } } as const;

const port = (number: number, target = '10.0.0.1'): NftElement => ({
  key: [v.protocol('tcp'), v.port(number)],
  data: [v.address(target), v.port(80)],
});

function refusal(body: () => void): NftablesError {
  try {
    body();
  } catch (error) {
    if (error instanceof NftablesError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describeKernel('openNftables', { needs: ['netns', 'nftables'] }, () => {
  // With `auto`, elements go straight to the kernel, and the rest through libnftables.
  describe.each(['auto', 'libnftables', 'nft'] as const)('through %s', (backend) => {
    const netns = useNetns();
    let nftables: Nftables;

    beforeEach(() => {
      nftables = openNftables({ linux, netns: netns.fd, backend });
    });
    afterEach(() => nftables.close());

    const prepare = () =>
      nftables.run(
        new Transaction()
          .addTable(table)
          .addChain({ ...table, chain: 'c' })
          .addMap(ports, ports.spec)
          .addMap(ranges, ranges.spec)
          .addSet(links, links.spec)
          .addMap(verdicts, verdicts.spec),
      );
    const elementsOf = (set: NftSet) =>
      nftables.list({ what: set === links ? 'set' : 'map', set }).sets.flatMap(({ elements }) => elements);

    it('says which way it goes', () => {
      expect(nftables.backend).toBe(backend === 'auto' ? 'libnftables' : backend);
    });

    it('works in its namespace and in no other', () => {
      prepare();
      expect(netns.json('list', 'tables')).toMatchObject([{ table: { family: 'inet', name: 't' } }]);
      using outside = openNftables({ linux, backend });
      expect(outside.list({ what: 'tables' }).tables).toEqual([]);
    });

    it('applies what the nft program then lists', () => {
      prepare();
      nftables.run(
        new Transaction()
          .addChain(
            { ...table, chain: 'hooked' },
            { hook: { type: 'nat', hook: 'prerouting', priority: -100 } },
          )
          .addRule({ ...table, chain: 'hooked' }, 'iifname @links drop', { comment: 'mine; too' })
          .addElements(ports, [{ ...port(80), comment: 'wéb' }])
          .addElements(links, [{ key: [v.link('br0')] }]),
      );
      expect(netns.json('list', 'map', 'inet', 't', 'ports')).toMatchObject([
        {
          map: {
            comment: 'p',
            elem: [
              [{ elem: { val: { concat: ['tcp', 80] }, comment: 'wéb' } }, { concat: ['10.0.0.1', 80] }],
            ],
          },
        },
      ]);
      expect(netns.json('list', 'set', 'inet', 't', 'links')).toMatchObject([{ set: { elem: ['br0'] } }]);
      expect(netns.nft('list', 'chain', 'inet', 't', 'hooked')).toContain(
        'iifname @links drop comment "mine; too"',
      );
    });

    it('reads back what it wrote', () => {
      prepare();
      const range: NftElement = {
        key: [v.prefix('0.0.0.0', 0), v.portRange(8000, 8010)],
        data: [v.address('10.0.0.2')],
      };
      const jump: NftElement = { key: [v.link('br0')], data: [v.jump('c')] };
      nftables.run(
        new Transaction()
          .addRule({ ...table, chain: 'c' }, 'counter accept', { comment: 'last' })
          .addElements(ports, [port(80), port(81)])
          .addElements(ranges, [range])
          .addElements(verdicts, [jump]),
      );
      expect(elementsOf(ports)).toHaveLength(2);
      expect(elementsOf(ports)).toEqual(
        expect.arrayContaining([expect.objectContaining(port(80)), expect.objectContaining(port(81))]),
      );
      expect(elementsOf(ranges)).toMatchObject([range]);
      expect(elementsOf(verdicts)).toMatchObject([jump]);
      const { tables, chains, rules, sets } = nftables.list({ what: 'table', table });
      expect(tables).toMatchObject([table]);
      expect(chains).toMatchObject([{ chain: 'c', hook: undefined }]);
      expect(rules).toMatchObject([{ chain: 'c', comment: 'last' }]);
      expect(sets.map(({ set }) => set).sort()).toEqual(['links', 'ports', 'ranges', 'verdicts']);
      expect(nftables.list({ what: 'chain', chain: { ...table, chain: 'c' } }).rules).toHaveLength(1);
      expect(nftables.list({ what: 'ruleset' }).sets).toHaveLength(4);
      expect(nftables.list({ what: 'chains' })).toMatchObject({
        chains: [{ chain: 'c' }],
        rules: [],
        sets: [],
      });
    });

    it('leaves nothing of a transaction whose third command is refused', () => {
      prepare();
      nftables.run(new Transaction().addElements(ports, [port(80)]));
      const before = netns.nft('list', 'ruleset');
      const error = refusal(() =>
        nftables.run(
          new Transaction()
            .addElements(ports, [port(81)])
            .addElements(links, [{ key: [v.link('br0')], comment: 'ü' }])
            .addElements(ports, [port(80)])
            .deleteElements(ports, [port(99).key]),
        ),
      );
      expect(error).toMatchObject({
        kind: 'already-exists',
        code: 'NFTABLES_EEXIST',
        errnoName: 'EEXIST',
        errno: 17,
        kernelMessage: 'File exists',
        command: 'create element inet t ports { 6 . 80 : 10.0.0.1 . 80 }',
      });
      expect(error.message).toBe(
        'cannot apply "create element inet t ports { 6 . 80 : 10.0.0.1 . 80 }": File exists (EEXIST)',
      );
      expect(netns.nft('list', 'ruleset')).toBe(before);
    });

    it('adds an element once', () => {
      prepare();
      nftables.run(new Transaction().addElements(ports, [port(80)]));
      for (const again of [port(80), port(80, '10.0.0.2')]) {
        expect(refusal(() => nftables.run(new Transaction().addElements(ports, [again]))).kind).toBe(
          'already-exists',
        );
      }
    });

    it('ensures an element as often as asked, unless its key gives something else', () => {
      prepare();
      const ensure = (element: NftElement) =>
        nftables.run(new Transaction().ensureElements(ports, [element]));
      ensure(port(80));
      ensure(port(80));
      expect(elementsOf(ports)).toMatchObject([port(80)]);
      expect(refusal(() => ensure(port(80, '10.0.0.2'))).kind).toBe('already-exists');
    });

    it('deletes an element that is there, and refuses one that is not', () => {
      prepare();
      nftables.run(new Transaction().addElements(ports, [port(80), port(81)]));
      nftables.run(new Transaction().deleteElements(ports, [port(80).key]));
      expect(elementsOf(ports)).toMatchObject([port(81)]);
      const error = refusal(() => nftables.run(new Transaction().deleteElements(ports, [port(80).key])));
      expect(error).toMatchObject({ kind: 'not-found', command: 'delete element inet t ports { 6 . 80 }' });
    });

    it('discards an element whether it is there or not, but never what another put there', () => {
      prepare();
      const range: NftElement = {
        key: [v.prefix('0.0.0.0', 0), v.portRange(1, 9)],
        data: [v.address('10.0.0.2')],
      };
      nftables.run(new Transaction().addElements(ports, [port(80)]).addElements(ranges, [range]));
      for (const _ of ['there', 'gone']) {
        nftables.run(
          new Transaction().discardElements(ports, [port(80), port(81)]).discardElements(ranges, [range]),
        );
        expect(elementsOf(ports)).toEqual([]);
        expect(elementsOf(ranges)).toEqual([]);
      }
      nftables.run(new Transaction().addElements(ports, [port(80, '10.0.0.9')]));
      const error = refusal(() => nftables.run(new Transaction().discardElements(ports, [port(80)])));
      expect(error.kind).toBe('already-exists');
      expect(elementsOf(ports)).toMatchObject([port(80, '10.0.0.9')]);
    });

    it('deletes a table with all that is in it, or none', () => {
      prepare();
      nftables.run(new Transaction().deleteTable(table));
      nftables.run(new Transaction().deleteTable(table));
      expect(netns.json('list', 'ruleset')).toEqual([]);
    });

    it('flushes and deletes what it made', () => {
      prepare();
      nftables.run(
        new Transaction()
          .addElements(ports, [port(80)])
          .addElements(links, [{ key: [v.link('br0')] }])
          .addRule({ ...table, chain: 'c' }, 'accept'),
      );
      nftables.run(
        new Transaction()
          .flushMap(ports)
          .flushSet(links)
          .flushChain({ ...table, chain: 'c' }),
      );
      const flushed = nftables.list({ what: 'table', table });
      expect(flushed.sets.flatMap(({ elements }) => elements)).toEqual([]);
      expect(flushed.rules).toEqual([]);
      nftables.run(
        new Transaction()
          .deleteMap(verdicts)
          .deleteMap(ports)
          .deleteMap(ranges)
          .deleteSet(links)
          .deleteChain({ ...table, chain: 'c' }),
      );
      expect(nftables.list({ what: 'table', table })).toMatchObject({ chains: [], sets: [] });
    });

    it('keeps names and comments from becoming commands', () => {
      prepare();
      const names = ['a;b', '$x', '@links', 'a#b', 'a{b}', 'a,b', "a'b", 'büro', '%s'];
      const elements = names.map((name) => ({
        key: [v.link(name)],
        comment: `; flush ruleset # ${name} } \\`,
      }));
      nftables.run(new Transaction().addElements(links, elements));
      expect(elementsOf(links)).toHaveLength(names.length);
      expect(elementsOf(links)).toEqual(
        expect.arrayContaining(elements.map((element) => expect.objectContaining(element))),
      );
    });

    it('takes many elements at once', () => {
      prepare();
      const many = Array.from({ length: 10_000 }, (_, index) => port(index + 1));
      nftables.run(new Transaction().addElements(ports, many));
      expect(elementsOf(ports)).toHaveLength(many.length);
      nftables.run(new Transaction().discardElements(ports, many));
      expect(elementsOf(ports)).toEqual([]);
    });

    it('takes plain text of several lines, all or nothing', () => {
      nftables.run('table inet t {\n  # a set\n  set links { type ifname; }\n}\n');
      expect(nftables.list({ what: 'set', set: links }).sets).toMatchObject([{ ...table, set: 'links' }]);
      const error = refusal(() => nftables.run('add table inet u\nadd rule inet u nowhere accept\n'));
      expect(error).toMatchObject({ kind: 'not-found', command: undefined });
      expect(nftables.list({ what: 'tables' }).tables).toMatchObject([table]);
    });

    it('refuses text that C would cut short', () => {
      expect(() => nftables.run('add table inet t\0; add table inet u')).toThrow(InvalidNftablesInputError);
      expect(netns.json('list', 'tables')).toEqual([]);
    });

    it('names the command with a syntax error', () => {
      const transaction = new Transaction()
        .addTable(table)
        .addRule({ ...table, chain: 'c' }, 'ip saddr nonsense nonsense');
      expect(refusal(() => nftables.run(transaction))).toMatchObject({
        kind: 'invalid',
        code: 'NFTABLES_REFUSED',
        command: 'add rule inet t c ip saddr nonsense nonsense',
      });
      expect(netns.json('list', 'tables')).toEqual([]);
    });

    it('does nothing for an empty transaction', () => {
      nftables.run(new Transaction());
      nftables.run('');
      expect(netns.json('list', 'ruleset')).toEqual([]);
    });

    it('says that a table is not there', () => {
      const error = refusal(() => nftables.list({ what: 'table', table }));
      expect(error).toMatchObject({
        kind: 'not-found',
        message: expect.stringContaining('"list table inet t"'),
      });
    });

    it('looks links up in its namespace', () => {
      prepare();
      expect(() =>
        nftables.run(new Transaction().addRule({ ...table, chain: 'c' }, 'iif "lo" accept')),
      ).not.toThrow();
      expect(netns.nft('list', 'chain', 'inet', 't', 'c')).toContain('iif "lo" accept');
    });
  });
});
