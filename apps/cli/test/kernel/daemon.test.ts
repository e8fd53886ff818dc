import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestDaemon } from '../testing/test-daemon.ts';
import { TestHost } from '../testing/test-host.ts';
import type { Outcome } from '../testing/tsnet.ts';

let own: TestHost;
let asked: TestHost;
let daemon: TestDaemon;

beforeAll(async () => {
  own = await TestHost.open();
  asked = await TestHost.open();
  daemon = await TestDaemon.start(asked);
});

afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
  await asked[Symbol.asyncDispose]();
});

/** Every kind of command, in an order in which each has something to do. BOX is a sandbox of the host's own. */
const lines = [
  'network ls',
  'endpoint ls --json',
  'network create web --subnet 10.1.0.0/24 --subnet fd00:1::/64 --label tier=front --dry-run',
  'network create web --subnet 10.1.0.0/24 --subnet fd00:1::/64 --label tier=front',
  'network create web',
  'network create db --subnet 10.2.0.0/24 --internal --json',
  'network ls',
  'network ls --json',
  'netns create BOX --dry-run',
  'netns create BOX',
  'netns create BOX',
  'network connect web BOX -p 8080:80 --name front --label a=b --dry-run',
  'network connect web BOX -p 8080:80 --name front --label a=b',
  'network connect db BOX --json',
  'network connect web BOX --ip 10.9.9.9',
  'network connect nothing BOX',
  'endpoint ls',
  'endpoint ls --json',
  'endpoint inspect web/front',
  'endpoint inspect web/back --json',
  'port publish web/front 127.0.0.1:9090:90 --dry-run',
  'port publish web/front 127.0.0.1:9090:90',
  'port publish web/front 9091:91/udp --json',
  'port publish web/front 8080:81',
  'port ls',
  'port ls --json',
  'port unpublish web/front 9091:91/udp',
  'port unpublish web/front 9099:99',
  'network inspect web',
  'network inspect web --json',
  'network rm web db nothing --dry-run',
  'network rm web',
  'ipam create blue --subnet 10.20.0.0/28 --reuse-delay 10m --json',
  'ipam lease blue --owner vm-1 --label tier=web --dry-run',
  'ipam lease blue --owner vm-1 --label tier=web --json',
  'ipam lease blue --owner vm-2 --count 3 --ttl 2h --key k',
  'ipam lease blue --owner vm-2 --count 300',
  'ipam renew blue 10.20.0.2 --owner vm-2 --ttl 7d',
  'ipam reserve blue 10.20.0.9 --owner vm-9',
  'ipam reserve blue 10.20.0.10 --json',
  'ipam who 10.20.0.2',
  'ipam who 10.1.0.2 --json',
  'ipam who 192.0.2.1',
  'ipam ls',
  'ipam ls --json',
  'ipam inspect blue --limit 2',
  'ipam inspect blue --json',
  'ipam free blue --limit 1',
  'ipam release blue 10.20.0.2 --owner vm-1',
  'ipam release blue 10.20.0.2 --owner vm-2',
  'ipam release --owner vm-2 --all --json',
  'ipam unreserve blue 10.20.0.9',
  'ipam unreserve blue 10.20.0.9',
  'ipam rm blue 10.1.0.0/24',
  'ipam rm --force blue 10.1.0.0/24 nothing --dry-run',
  'ipam rm --force blue',
  'status',
  'status --json',
  'reconcile --dry-run',
  'reconcile',
  'run --network web --name BOX-run --dry-run -- true',
  'run --network web --name BOX-run -- sh -c "exit 5"',
  'run --network web:ip=10.9.9.9 --name BOX-run -- true',
  'network disconnect db BOX --dry-run',
  'network disconnect db BOX',
  'network disconnect db BOX --force',
  'network disconnect db BOX',
  'netns rm BOX --dry-run',
  'netns rm BOX',
  'netns rm BOX',
  'network rm --force web',
  'network prune --dry-run',
  'network prune --json',
  'network prune',
];

/** Ids, times and names of a host's own become words. */
function normalized({ exitCode, stdout, stderr }: Outcome, box: string) {
  const ids = new Map<string, string>();
  const idOf = (id: string) => {
    ids.set(id, ids.get(id) ?? `ID${ids.size}`);
    return ids.get(id) ?? id;
  };
  const normalize = (text: string) =>
    text
      .replaceAll(box, 'BOX')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(
        /(?<![0-9a-f])(tsv)?([0-9a-f]{12})(?![0-9a-f])/g,
        (_, prefix = '', id) => `${prefix}${idOf(id)}`,
      )
      // Names of both hosts have one length, but ids are random digits: columns stay as they are.
      .replaceAll(/[ \t]+$/gm, '');
  return { exitCode, stdout: normalize(stdout), stderr: normalize(stderr) };
}

function wordsOf(line: string, box: string): readonly string[] {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replaceAll('"', '').replaceAll('BOX', box));
}

describe('with a daemon and without', () => {
  it('each kind of command prints the same and ends the same', async () => {
    const [ownBox, askedBox] = [`own-${own.netns}`, `ask-${asked.netns}`];
    for (const line of lines) {
      const expected = normalized(await own.tsnet(...wordsOf(line, ownBox)), ownBox);
      const found = normalized(await daemon.tsnet(...wordsOf(line, askedBox)), askedBox);
      expect({ line, ...found }).toEqual({ line, ...expected });
    }
    expect(await own.links()).toEqual([]);
    expect(await asked.links()).toEqual([]);
  }, 180_000);

  it('lists of many pages are whole', async () => {
    const count = 1100;
    await daemon.tsnet('ipam', 'create', 'many', '--subnet', '10.64.0.0/16');
    await daemon.tsnet('ipam', 'lease', 'many', '--owner', 'vm', '--count', `${count}`);
    const { stdout } = await daemon.tsnet('ipam', 'inspect', 'many', '--limit', '1050', '--json');
    const { leases, isCut } = JSON.parse(stdout);
    expect(isCut).toBe(true);
    expect(new Set(leases.map(({ address }: { address: string }) => address)).size).toBe(1050);
    const pools = JSON.parse((await daemon.tsnet('ipam', 'ls', '--json')).stdout);
    const listed = pools.find(({ id }: { id: string }) => id === 'many');
    expect(listed.leases).toHaveLength(count);
    await daemon.tsnet('ipam', 'rm', '--force', 'many');
  });
});

describe('tsnet events', () => {
  it('tells what happens, one document a line, until it is interrupted', async () => {
    const child = daemon.spawn('events', '--type', 'network', '--type', 'pool.deleted', '--json');
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const next = lines.next();
    let isTold = false;
    void next.then(() => {
      isTold = true;
    });
    // What happens before it listens is not told: it is made to happen until something is.
    while (!isTold) {
      await daemon.tsnet('network', 'create', 'seen', '--subnet', '10.3.0.0/24');
      await daemon.tsnet('network', 'rm', 'seen');
    }
    const { type, data, id } = JSON.parse(String((await next).value));
    expect(type).toMatch(/^network\.|^pool\.deleted$/);
    expect(data.id ?? data.name).toEqual(expect.any(String));
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);

    const later = daemon.spawn('events', '--after', id, '--type', 'network');
    const [line] = (await once(
      createInterface({ input: later.stdout as NodeJS.ReadableStream }),
      'line',
    )) as [string];
    expect(line).toMatch(/^\S+ {2}network\.\S+ +\S+$/);
    const closed = once(later, 'exit');
    later.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
  }, 60_000);
});
