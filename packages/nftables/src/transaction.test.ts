import { describe, expect, it } from 'vitest';
import { InvalidNftablesInputError } from './errors.ts';
import { Transaction } from './transaction.ts';
import { nftValue as v } from './value.ts';

const table = { family: 'inet', table: 't' } as const;
const map = { ...table, set: 'ports' };
const element = { key: [v.protocol('tcp'), v.port(80)], data: [v.address('10.0.0.1'), v.port(8080)] };

describe('Transaction', () => {
  it('renders tables', () => {
    const { lines } = new Transaction()
      .addTable(table)
      .addTable(table, { comment: 'mine' })
      .deleteTable(table);
    expect(lines).toEqual([
      'add table inet t',
      'add table inet t { comment "mine"; }',
      'add table inet t; delete table inet t',
    ]);
  });

  it('renders chains and rules', () => {
    const chain = { ...table, chain: 'c' };
    const hook = { type: 'nat', hook: 'prerouting', priority: -100, policy: 'accept' } as const;
    const ingress = { type: 'filter', hook: 'ingress', priority: 0, link: 'eth0' } as const;
    const { lines } = new Transaction()
      .addChain(chain)
      .addChain(chain, { hook, comment: 'in' })
      .addChain(chain, { hook: ingress })
      .addRule(chain, 'accept')
      .addRule(chain, 'drop', { comment: 'a; b' })
      .flushChain(chain)
      .deleteChain(chain);
    expect(lines).toEqual([
      'add chain inet t c',
      'add chain inet t c { type nat hook prerouting priority -100; policy accept; comment "in"; }',
      'add chain inet t c { type filter hook ingress device "eth0" priority 0; }',
      'add rule inet t c accept',
      'add rule inet t c drop comment "a; b"',
      'flush chain inet t c',
      'delete chain inet t c',
    ]);
  });

  it('renders sets and maps', () => {
    const set = { ...table, set: 's' };
    const { lines } = new Transaction()
      .addSet(set, { key: ['ifname', 'ifname'] })
      .addSet(set, { key: ['ipv4_addr'], interval: true, timeoutSeconds: 60, size: 9, comment: 'x' })
      .addMap(map, { key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] })
      .flushSet(set)
      .flushMap(map)
      .deleteSet(set)
      .deleteMap(map);
    expect(lines).toEqual([
      'add set inet t s { type ifname . ifname; }',
      'add set inet t s { type ipv4_addr; flags interval; timeout 60s; size 9; comment "x"; }',
      'add map inet t ports { type inet_proto . inet_service : ipv4_addr . inet_service; }',
      'flush set inet t s',
      'flush map inet t ports',
      'delete set inet t s',
      'delete map inet t ports',
    ]);
  });

  it('renders elements', () => {
    const { lines } = new Transaction()
      .addElements(map, [{ ...element, comment: 'web', timeoutSeconds: 30 }, element])
      .ensureElements(map, [element])
      .deleteElements(map, [element.key])
      .discardElements(map, [element]);
    expect(lines).toEqual([
      'create element inet t ports { 6 . 80 timeout 30s comment "web" : 10.0.0.1 . 8080, 6 . 80 : 10.0.0.1 . 8080 }',
      'add element inet t ports { 6 . 80 : 10.0.0.1 . 8080 }',
      'delete element inet t ports { 6 . 80 }',
      'add element inet t ports { 6 . 80 : 10.0.0.1 . 8080 }; delete element inet t ports { 6 . 80 }',
    ]);
  });

  it('keeps its commands as data beside their text', () => {
    const transaction = new Transaction().addTable(table).deleteElements(map, [element.key]);
    expect(transaction.commands).toEqual([
      { verb: 'add-table', table },
      { verb: 'delete-elements', set: map, elements: [{ key: element.key }] },
    ]);
    expect(transaction.lines).toHaveLength(2);
  });

  it('takes an empty list of elements for nothing to do', () => {
    const transaction = new Transaction().addElements(map, []).ensureElements(map, []);
    transaction.deleteElements(map, []).discardElements(map, []);
    expect(transaction.isEmpty).toBe(true);
  });

  it.each<readonly [string, (transaction: Transaction) => Transaction]>([
    ['a family', (t) => t.addTable({ family: 'inet x; flush ruleset' as 'inet', table: 't' })],
    ['a table', (t) => t.deleteTable({ family: 'inet', table: 't; flush ruleset' })],
    ['a set', (t) => t.flushSet({ ...table, set: 's s' })],
    ['a chain', (t) => t.addChain({ ...table, chain: 'c {' })],
    ['a rule', (t) => t.addRule({ ...table, chain: 'c' }, 'accept; flush ruleset')],
    ['a comment', (t) => t.addTable(table, { comment: '"; flush ruleset; "' })],
    ['a field type', (t) => t.addSet(map, { key: ['x; }' as 'ifname'] })],
    ['a key with no fields', (t) => t.addSet(map, { key: [] })],
    ['a size', (t) => t.addSet(map, { key: ['ifname'], size: 0 })],
    ['a timeout', (t) => t.addElements(map, [{ ...element, timeoutSeconds: 0.5 }])],
    ['an empty key', (t) => t.deleteElements(map, [[]])],
    ['data', (t) => t.addElements(map, [{ key: element.key, data: [v.address('x')] }])],
    [
      'a priority',
      (t) => t.addChain({ ...table, chain: 'c' }, { hook: { type: 'nat', hook: 'input', priority: 0.5 } }),
    ],
  ])('refuses bad input at once and stays as it was: %s', (_, add) => {
    const transaction = new Transaction();
    expect(() => add(transaction)).toThrow(InvalidNftablesInputError);
    expect(transaction.isEmpty).toBe(true);
    expect(transaction.commands).toEqual([]);
  });
});
