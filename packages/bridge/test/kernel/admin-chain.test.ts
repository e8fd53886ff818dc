import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addresses, noTraces, World } from '../world.ts';

const chain = ['inet', 'tsnet', 'admin_forward'];
const port = { protocol: 'tcp', address: addresses.host.ipv4, port: 8080, patience: 400 } as const;
const blocking = ['ip', 'saddr', addresses.outside.ipv4, 'drop'];

describeKernel("the administrator's chain", { needs: ['netns', 'nftables', 'bridge', 'veth'] }, () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.close());

  const nft = (...args: readonly string[]) => world.host.run('nft', ...args);
  const add = (...rule: readonly string[]) => nft('add', 'rule', ...chain, ...rule);
  /** The rules of the chain, as nft shows them, without what they have counted. */
  const rules = () =>
    nft('list', 'chain', ...chain)
      .split('\n')
      .slice(2, -3)
      .map((line) => line.trim().replace(/packets \d+ bytes \d+/, ''));
  /** What the table has beside it. */
  const others = (): readonly string[] =>
    world.host
      .json('nft', '-j', 'list', 'table', 'inet', 'tsnet')
      .nftables.flatMap((entry: Record<string, { name?: string }>) =>
        Object.entries(entry).flatMap(([kind, { name }]) =>
          ['chain', 'set', 'map'].includes(kind) && name !== 'admin_forward' ? [name] : [],
        ),
      );
  const populate = async () => {
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'a', ['8080:80']);
    await world.sandbox('a').serve('a', 'tcp:80');
  };
  const isBlocked = async () => (await world.outside.ask(port))[0] === 'silence';

  it('is empty at first, and its rules come before those of tsnet', async () => {
    await populate();
    await world.network('db', ['10.6.0.0/24']);
    await world.connect('db', 'c');
    const findings = [rules(), await isBlocked(), await world.sandbox('c').ping('10.5.0.2', 300)];
    expect(findings).toEqual([[], false, false]);
    add(...blocking);
    add('iifname', 'db', 'oifname', 'web', 'accept');
    expect([await isBlocked(), await world.sandbox('c').ping('10.5.0.2')]).toEqual([true, true]);
    expect(await world.engine.survey()).toEqual([]);
  });

  it.each([
    ['a chain is flushed', 'flush chain inet tsnet forward'],
    ['a chain is gone', 'flush chain inet tsnet source; delete chain inet tsnet source'],
    ['elements are gone', 'flush set inet tsnet bridges'],
  ])('survives what is repaired around it: %s', async (_, damage) => {
    await populate();
    add(...blocking);
    add('iifname', '@bridges', 'counter');
    const before = rules();
    nft(damage);
    expect(await world.engine.survey()).not.toEqual([]);
    await world.engine.reconcile();
    expect([await world.engine.survey(), rules(), await isBlocked()]).toEqual([[], before, true]);
  });

  it('survives networks that come and go, and with a rule in it the last of them', async () => {
    await populate();
    add(...blocking);
    await world.network('db', ['10.6.0.0/24']);
    await world.engine.deleteNetwork('db');
    await world.engine.deleteNetwork('web', { force: true });
    expect([rules(), others()]).toEqual([[blocking.join(' ')], []]);
    expect(await world.engine.survey()).toEqual([]);
    await world.engine.reconcile();
    expect(rules()).toEqual([blocking.join(' ')]);
    await world.engine.deleteSandbox('a');
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'b', ['8080:80']);
    await world.sandbox('b').serve('b', 'tcp:80');
    expect([rules(), await isBlocked(), await world.engine.survey()]).toEqual([
      [blocking.join(' ')],
      true,
      [],
    ]);
    nft('flush', 'chain', ...chain);
    expect(await isBlocked()).toBe(false);
    await world.engine.deleteNetwork('web', { force: true });
    expect(await world.traces()).toEqual(noTraces);
  });

  it('stays with the sets and chains that its rules use', async () => {
    await populate();
    nft('add chain inet tsnet mine; add set inet tsnet blocked { type ipv4_addr; }');
    nft(`add element inet tsnet blocked { ${addresses.outside.ipv4} }`);
    nft('add rule inet tsnet mine oifname @bridges ip saddr @blocked drop');
    add('jump', 'mine');
    expect(await isBlocked()).toBe(true);
    await world.engine.deleteNetwork('web', { force: true });
    expect([rules(), [...others()].sort()]).toEqual([['jump mine'], ['blocked', 'bridges', 'mine']]);
    await world.network('web', ['10.5.0.0/24', 'fd05::/64']);
    await world.connect('web', 'b', ['8080:80']);
    await world.sandbox('b').serve('b', 'tcp:80');
    expect([await isBlocked(), await world.engine.survey()]).toEqual([true, []]);
  });
});
