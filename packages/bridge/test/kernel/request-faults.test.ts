import { isDeepStrictEqual } from 'node:util';
import { parsePortSpec } from '@tsnet/core';
import { TsnetError } from '@tsnet/errors';
import { openLinux } from '@tsnet/linux';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultKind, FaultyLinux, faultKinds } from '../faulty-linux.ts';
import { World } from '../world.ts';

/** More requests than any operation makes. */
const MANY = 400;

const families = ['10.5.0.0/24', 'fd05::/64'];
const ports = ['8080:80', '8081-8083:81-83/udp'];
const more = ['8090:90'].map(parsePortSpec);
const a = { kind: 'name', name: 'a' } as const;

/** An operation, tried again and again, each time on a host without any network. */
interface Operation {
  readonly prepare: (world: World) => Promise<unknown>;
  readonly run: (world: World) => Promise<unknown>;
}

const createWeb = (world: World) => world.network('web', families);
const connect = async (world: World) => {
  await createWeb(world);
  await world.connect('web', 'a', ports);
};
const idOf = async (world: World) => (await world.engine.listEndpoints())[0]?.id ?? '';

/** All that must not be left over, without ids. */
interface Everything {
  readonly links: readonly string[];
  readonly rules: readonly string[];
  readonly records: readonly string[];
  readonly names: readonly string[];
}

/** What makes something: when it fails, all is as it was before. */
const making: Readonly<Record<string, Operation>> = {
  'create-network': { prepare: async () => undefined, run: createWeb },
  'create-sandbox': {
    prepare: async () => undefined,
    run: ({ engine }) => engine.createSandbox('made', { held: true }),
  },
  connect: { prepare: createWeb, run: (world) => world.connect('web', 'a', ports) },
  publish: { prepare: connect, run: async (world) => world.engine.publish(await idOf(world), more) },
};

/** What takes something away: when it fails, the next one completes it, unless it was refused before it began. */
const unmaking: Readonly<Record<string, Operation>> = {
  unpublish: {
    prepare: connect,
    run: async (world) => world.engine.unpublish(await idOf(world), ports.map(parsePortSpec)),
  },
  disconnect: { prepare: connect, run: ({ engine }) => engine.disconnectSandbox('web', a) },
  'delete-sandbox': {
    prepare: async (world) => {
      await connect(world);
      await world.engine.createSandbox('made');
      await world.engine.connect({ network: 'web', sandbox: { kind: 'name', name: 'made' } });
    },
    run: ({ engine }) => engine.deleteSandbox('made'),
  },
  'delete-network': { prepare: connect, run: ({ engine }) => engine.deleteNetwork('web', { force: true }) },
};

describeKernel(
  'a request that the kernel refuses',
  { needs: ['netns', 'nftables', 'bridge', 'veth'] },
  () => {
    let world: World;
    let faulty: FaultyLinux;

    beforeEach(() => {
      faulty = new FaultyLinux(openLinux());
      world = new World({ linux: faulty.linux });
      world.sandbox('a');
    });

    afterEach(async () => {
      faulty.heal();
      await world.close();
    });

    const everything = async (): Promise<Everything> => {
      const { links, rules, records } = await world.traces();
      const names = world.sandboxes().flatMap(({ name, stale }) => (stale ? [] : [name]));
      const all = { links: links.sort(), rules: elementsOf(rules), records: records.sort(), names };
      return JSON.parse(JSON.stringify(all).replace(/[0-9a-f]{12}(?![0-9a-f])/g, 'ID'));
    };

    /** What is in nobody's way: settings of the host, and empty files where namespaces have their names. */
    const trifles = () => ({
      forwarding: world.host.run('sysctl', '-n', 'net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'),
      stale: world.sandboxes().filter(({ stale }) => stale),
    });

    /** The host as it is before anything. */
    const reset = async () => {
      const { engine, host } = world;
      if (world.sandboxes().some(({ name }) => name === 'made')) await engine.deleteSandbox('made');
      await engine.settled();
      if ((await engine.listNetworks()).length > 0) await engine.deleteNetwork('web', { force: true });
      host.run('sysctl', '-wq', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0');
    };

    /**
     * Has the first request fail, then the second, and so on, until the operation goes through. Yields what it threw, if it
     * did, and how all was before, after, and when the next one has ended what was left.
     */
    async function* failures(kind: FaultKind, { prepare, run }: Operation) {
      let before: Everything | undefined;
      let recovered: Everything | undefined;
      for (let at = 1; at < MANY; at++) {
        if (before === undefined || !isDeepStrictEqual(recovered, before)) {
          await reset();
          await prepare(world);
          await world.engine.settled();
          before = await everything();
        }
        const trifling = trifles();
        faulty.arm(at, kind);
        const error: unknown = await run(world).then(
          () => undefined,
          (failure: unknown) => failure ?? 'nothing',
        );
        await world.engine.settled().catch(() => undefined);
        const hasFailed = faulty.heal();
        const after = await everything();
        const isTidy = isDeepStrictEqual(trifles(), trifling);
        await world.engine.recover();
        await world.engine.settled();
        recovered = await everything();
        yield { at, hasFailed, error, before, after, isTidy, recovered };
        if (!hasFailed) return;
      }
      throw new Error(`there are more than ${MANY} requests`);
    }

    /** Nothing is left to do, and what is on record is there; who may not be told that it is, may be. */
    const expectWhole = async (at: number) => {
      const found = (await world.engine.survey()).map(({ subject, problem }) => `${subject}: ${problem}`);
      expect({ at, found: found.filter((text) => !text.includes('lets no frames back')) }).toEqual({
        at,
        found: [],
      });
    };

    describe.for(faultKinds)('%s', (kind) => {
      it.for(Object.entries(making))('takes %s back whole', { timeout: 180_000 }, async ([, operation]) => {
        let last = 0;
        for await (const { at, hasFailed, error, before, after, isTidy, recovered } of failures(
          kind,
          operation,
        )) {
          last = at;
          expect(recovered.records.filter((key) => key.startsWith('operation/'))).toEqual(
            // A sandbox that is held is on record for as long as this process lives.
            error === undefined && recovered.names.includes('made') ? ['operation/sandbox%3Amade'] : [],
          );
          await expectWhole(at);
          // Some may fail: then it is done another way, or was not needed.
          if (error === undefined) continue;
          expect({ at, hasFailed, error }).toEqual({ at, hasFailed: true, error: expect.any(TsnetError) });
          expect({ at, ...recovered }).toEqual({ at, ...before });
          // One alone never keeps anything from being undone.
          if (kind === 'once') expect({ at, isTidy, ...after }).toEqual({ at, isTidy: true, ...before });
        }
        expect(last).toBeGreaterThan(5);
      });

      it('leaves a repair to be completed', { timeout: 180_000 }, async () => {
        await connect(world);
        await world.engine.settled();
        const whole = await everything();
        let at = 1;
        for (; at < MANY; at++) {
          world.host.ip('link set web down');
          world.host.run('nft', 'flush', 'ruleset');
          faulty.arm(at, kind);
          await world.engine.reconcile().catch((error) => expect(error).toBeInstanceOf(TsnetError));
          const hasFailed = faulty.heal();
          await world.engine.recover();
          await world.engine.reconcile();
          await expectWhole(at);
          expect({ at, ...(await everything()) }).toEqual({ at, ...whole });
          if (!hasFailed) break;
        }
        expect(at).toBeGreaterThan(5);
      });

      it.for(Object.entries(unmaking))(
        'leaves %s to be completed',
        { timeout: 180_000 },
        async ([, operation]) => {
          await operation.prepare(world);
          await operation.run(world);
          await world.engine.settled();
          const gone = await everything();
          let last = 0;
          for await (const { at, hasFailed, error, before, recovered } of failures(kind, operation)) {
            last = at;
            await expectWhole(at);
            if (error === undefined) expect({ at, ...recovered }).toEqual({ at, ...gone });
            else {
              expect({ at, hasFailed, error }).toEqual({
                at,
                hasFailed: true,
                error: expect.any(TsnetError),
              });
              const isGone = isDeepStrictEqual(recovered.records, gone.records);
              expect({ at, ...recovered }).toEqual({ at, ...(isGone ? gone : before) });
            }
          }
          expect(last).toBeGreaterThan(2);
        },
      );
    });
  },
);

/** What a ruleset holds: how many things there are, and what the sets have. */
function elementsOf(rules: readonly unknown[]): readonly string[] {
  const texts = rules.map((rule) => JSON.stringify(rule));
  return [`${rules.length} entries`, ...texts.filter((text) => text.includes('"elem"'))];
}
