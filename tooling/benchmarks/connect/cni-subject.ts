import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openLinux } from '@tsnet/linux';
import { type NetnsDirectory, openNetnsDirectory } from '@tsnet/netns';
import { serve } from '../shared/remote.ts';
import { networkOf, SETTLE_MS } from './layout.ts';
import type { Sample, Subject, SystemCallShare, Teardown } from './subject.ts';

const PLUGINS = '/usr/lib/cni';

interface Attachment {
  readonly name: string;
  readonly network: number;
  readonly hostPort: number;
  /** What the bridge plugin printed. */
  readonly result: unknown;
  readonly sample: Sample;
}

/**
 * The CNI plugins as a runtime calls them: a process for each, configuration on its standard input. The
 * namespace is made in-process by the code that tsnet's side uses, so that it costs both sides the same.
 */
class CniSubject implements Subject {
  readonly #directory = mkdtempSync(join(tmpdir(), 'cni-bench-'));
  readonly #namespaces: NetnsDirectory = openNetnsDirectory({ linux: openLinux() });
  readonly #withPort: boolean;
  readonly #kept: Attachment[] = [];
  #serial = 0;

  /** @param withPort - chains portmap behind the bridge plugin, for one port. */
  constructor(withPort: boolean) {
    this.#withPort = withPort;
  }

  async grow(count: number): Promise<readonly Sample[]> {
    const added: Sample[] = [];
    while (this.#kept.length < count) {
      const attachment = this.#add(networkOf(this.#kept.length));
      this.#kept.push(attachment);
      added.push(attachment.sample);
      await setTimeout(0);
    }
    await setTimeout(SETTLE_MS);
    return added;
  }

  async round(burst: number, teardown: Teardown): Promise<readonly Sample[]> {
    const attachments = Array.from({ length: burst }, () => this.#add(networkOf(0)));
    const samples = attachments.map((attachment) => {
      const start = performance.now();
      this.#delete(attachment);
      const disconnect = performance.now() - start;
      this.#namespaces.delete(attachment.name);
      const down = performance.now() - start;
      return { ...attachment.sample, ...(teardown === 'sandbox' ? { down } : { disconnect }) };
    });
    await setTimeout(SETTLE_MS);
    return samples;
  }

  async trace(): Promise<SystemCallShare | undefined> {
    return undefined;
  }

  async takeAllDown(): Promise<number> {
    const start = performance.now();
    for (const attachment of this.#kept) this.#delete(attachment);
    const milliseconds = performance.now() - start;
    for (const { name } of this.#kept.splice(0)) this.#namespaces.delete(name);
    return milliseconds;
  }

  /** The kernel drops links, rules and namespaces with the private host: only the directory has to go. */
  async close(): Promise<void> {
    rmSync(this.#directory, { recursive: true });
  }

  #add(network: number): Attachment {
    const name = `s${this.#serial}`;
    const hostPort = 10_000 + (this.#serial++ % 20_000);
    const start = performance.now();
    this.#namespaces.create(name).close();
    const created = performance.now();
    const result: unknown = JSON.parse(this.#run('bridge', 'ADD', name, this.#bridgeConfig(network)));
    const bridged = performance.now();
    if (this.#withPort) this.#run('portmap', 'ADD', name, this.#portConfig(network, hostPort, result));
    const done = performance.now();
    const plugins = {
      'step bridge': bridged - created,
      ...(this.#withPort ? { 'step portmap': done - bridged } : {}),
    };
    const sample = { up: done - start, namespace: created - start, connect: done - created, ...plugins };
    return { name, network, hostPort, result, sample };
  }

  #delete({ name, network, hostPort, result }: Attachment): void {
    if (this.#withPort) this.#run('portmap', 'DEL', name, this.#portConfig(network, hostPort, result));
    this.#run('bridge', 'DEL', name, { ...this.#bridgeConfig(network), prevResult: result });
  }

  #run(plugin: string, command: string, name: string, config: object): string {
    const { status, stdout, stderr } = spawnSync(`${PLUGINS}/${plugin}`, {
      input: JSON.stringify(config),
      encoding: 'utf8',
      env: {
        CNI_COMMAND: command,
        CNI_CONTAINERID: name,
        CNI_NETNS: `/run/netns/${name}`,
        CNI_IFNAME: 'eth0',
        CNI_PATH: PLUGINS,
        PATH: process.env.PATH,
      },
    });
    if (status !== 0) throw new Error(`${plugin} ${command} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  #bridgeConfig(network: number): object {
    return {
      cniVersion: '1.0.0',
      name: `bench${network}`,
      type: 'bridge',
      bridge: `bench${network}`,
      isGateway: true,
      ipMasq: true,
      ipam: {
        type: 'host-local',
        dataDir: this.#directory,
        ranges: [[{ subnet: `10.${network}.0.0/16` }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    };
  }

  #portConfig(network: number, hostPort: number, prevResult: unknown): object {
    return {
      cniVersion: '1.0.0',
      name: `bench${network}`,
      type: 'portmap',
      capabilities: { portMappings: true },
      runtimeConfig: { portMappings: [{ hostPort, containerPort: 80, protocol: 'tcp' }] },
      prevResult,
    };
  }
}

serve(new CniSubject(process.argv.includes('--port')));
