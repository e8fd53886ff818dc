import { mkdtempSync } from 'node:fs';
import { type Driver, Engine, Host, type Step } from '@tsnet/core';
import { FaultyDriver } from '@tsnet/core/testing';
import { MemoryStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { createVeth, deleteLink, findLink } from '@tsnet/netlink';
import { openNetnsDirectory } from '@tsnet/netns';
import {
  type ApplyDeclarationOptions,
  applyDeclaration,
  destroyDeclaration,
} from '../src/apply-declaration.ts';
import { planApply } from '../src/make-plan.ts';
import { observe } from '../src/observed.ts';
import { parseDeclaration } from '../src/parse-declaration.ts';
import { subjectOf } from '../src/plan.ts';

/** A driver that runs a cable from the host to each sandbox. */
function cablesOf({ netlink }: Host): Driver {
  const step = (name: string, subject: string, apply: () => void = () => undefined): Step => ({
    ...{ name, subject, apply },
  });
  return {
    name: 'cable',
    create: ({ name }) => [step('create-nothing', name)],
    delete: ({ name }) => [step('delete-nothing', name)],
    connect: (_network, { hostIfName, ifName, mac }, sandbox) => [
      {
        ...step('create-cable', hostIfName),
        apply: () =>
          netlink.send(createVeth({ ifName: hostIfName, peer: { ifName, mac, netnsFd: sandbox.fd } })),
        undo: { name: 'delete-cable', apply: () => netlink.send(deleteLink(hostIfName)) },
      },
    ],
    disconnect: (_network, { hostIfName }) => [
      step('delete-cable', hostIfName, () => {
        if (findLink(netlink, hostIfName)) netlink.send(deleteLink(hostIfName));
      }),
    ],
    announce: () => [],
    publish: (_network, { id }) => [step('open-ports', id)],
    unpublish: (_network, { id }) => [step('close-ports', id)],
    survey: (desired) => ({
      repairs: [],
      ends: new Map(
        desired.flatMap(({ endpoints }) =>
          endpoints.flatMap(({ id, hostIfName }) => {
            const ifIndex = findLink(netlink, hostIfName)?.peerIfIndex;
            return ifIndex === undefined ? [] : [[id, { ifIndex, up: true }] as const];
          }),
        ),
      ),
    }),
    watch: () => ({ read() {}, async close() {}, async [Symbol.asyncDispose]() {} }),
    traffic: () => ({ endpoints: new Map(), networks: new Map() }),
    close() {},
    [Symbol.dispose]() {},
  };
}

/** A host in a namespace of its own, whose networks are cables. */
export class CableWorld implements AsyncDisposable {
  readonly linux = openLinux();
  /** In /run, which is the tests' own: it holds mounts, and goes with them. */
  readonly directory = mkdtempSync('/run/tsnet-declare-');
  readonly host: Host;
  readonly store = new MemoryStore();
  readonly driver: FaultyDriver;
  readonly engine: Engine;

  constructor() {
    const machines = openNetnsDirectory({ linux: this.linux, runDirectory: `${this.directory}/machines` });
    this.host = Host.open({
      linux: this.linux,
      netns: machines.create('host'),
      runDirectory: `${this.directory}/netns`,
    });
    this.driver = new FaultyDriver(cablesOf(this.host));
    this.engine = new Engine({ host: this.host, store: this.store, drivers: [this.driver] });
  }

  /** Applies a text, and says what was done. */
  async apply(text: string, options: Partial<ApplyDeclarationOptions> = {}): Promise<readonly string[]> {
    const done = await applyDeclaration(read(text), { ...this, ...options });
    await this.engine.settled();
    return done.map((change) => `${change.verb} ${subjectOf(change)}`);
  }

  async destroy(text: string): Promise<readonly string[]> {
    const done = await destroyDeclaration(read(text), this);
    await this.engine.settled();
    return done.map((change) => `${change.verb} ${subjectOf(change)}`);
  }

  /** What applying a text would do. */
  async diff(text: string): Promise<readonly string[]> {
    const { changes } = planApply(read(text), await observe(this, read(text)));
    return changes.map((change) => `${change.verb} ${subjectOf(change)}`);
  }

  /** What is on record; where the search for a free prefix goes on is nobody's. */
  async records(): Promise<readonly string[]> {
    const keys = (await this.store.list('')).map(({ key }) => key);
    return keys.filter((key) => !key.startsWith('ipam/carve/'));
  }

  /** The names of sandboxes. */
  sandboxes(): readonly string[] {
    return this.host.sandboxes.list().map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.sandboxes()) await this.engine.deleteSandbox(name);
    await this.engine.close();
  }
}

function read(text: string) {
  return parseDeclaration(text, { file: 'shop.yaml' });
}
