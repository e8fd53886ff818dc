import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { serve } from '../shared/remote.ts';
import { timeProcess } from '../shared/time-process.ts';

/*
 * node docker-subject.ts
 *
 * A host with a dockerd of its own and one container, whose root file system holds busybox and nothing else.
 */

const DOCKERD = '/usr/sbin/dockerd';
const DOCKER = '/usr/bin/docker';
const BUSYBOX = '/bin/busybox';

/** The private host has a /run of its own. */
const SOCKET = '/run/docker.sock';

/** Where its containers are among the machine's control groups, which no private host has for itself. */
const CONTROL_GROUP = `tsnet-bench-${process.pid}`;

const CONTAINER = 'box';
const NETWORK = 'bench';

/** How long dockerd may take to answer after its start. */
const PATIENCE_MS = 30_000;

class DockerSubject {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-'));
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #env = { ...process.env, DOCKER_HOST: `unix://${SOCKET}` };
  #dockerd: ChildProcess | undefined;

  constructor() {
    // Nobody is left who could ask for anything.
    process.once('disconnect', () => this.#dockerd?.kill());
  }

  /** Starts dockerd, a container without a network, and makes a network. */
  async start(): Promise<void> {
    await this.#startDockerd();
    const root = join(this.#directory, 'root');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync(BUSYBOX, join(root, BUSYBOX));
    this.#docker(['import', '-', 'bench'], execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 1e8 }));
    this.#docker([
      'run',
      '-d',
      '--network',
      'none',
      '--name',
      CONTAINER,
      'bench',
      BUSYBOX,
      'sleep',
      '1000000',
    ]);
    // What is on the network called none can be on no other.
    this.#docker(['network', 'disconnect', 'none', CONTAINER]);
    this.#docker(['network', 'create', NETWORK]);
  }

  /** Milliseconds of a whole `docker network connect` or `disconnect`. */
  async command(verb: 'connect' | 'disconnect'): Promise<number> {
    return timeProcess([DOCKER, 'network', verb, NETWORK, CONTAINER], { env: this.#env }).milliseconds;
  }

  /** Milliseconds of the same, asked for on a connection that is kept. */
  async ask(verb: 'connect' | 'disconnect'): Promise<number> {
    const start = performance.now();
    await post(this.#agent, `/networks/${NETWORK}/${verb}`, { Container: CONTAINER });
    return performance.now() - start;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    const dockerd = this.#dockerd;
    if (dockerd !== undefined && dockerd.exitCode === null) {
      const exit = once(dockerd, 'exit');
      if (this.#isUp()) this.#docker(['rm', '--force', CONTAINER]);
      dockerd.kill();
      await exit;
    }
    // One for each kind of control group; the control groups of containers have gone with them.
    for (const path of globSync(`/sys/fs/cgroup/{,*/}${CONTROL_GROUP}`)) rmdirSync(path);
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 10 });
  }

  async #startDockerd(): Promise<void> {
    const config = join(this.#directory, 'daemon.json');
    writeFileSync(config, JSON.stringify(configOf(this.#directory)));
    const log = join(this.#directory, 'dockerd.log');
    const output = openSync(log, 'w');
    const dockerd = spawn(DOCKERD, ['--config-file', config], { stdio: ['ignore', output, output] });
    closeSync(output);
    await once(dockerd, 'spawn');
    this.#dockerd = dockerd;
    const start = performance.now();
    while (!this.#isUp()) {
      if (dockerd.exitCode !== null || performance.now() - start > PATIENCE_MS) {
        const last = readFileSync(log, 'utf8').trimEnd().split('\n').at(-1);
        throw new Error(`dockerd does not answer: ${last}`);
      }
      await setTimeout(100);
    }
  }

  #isUp(): boolean {
    try {
      this.#docker(['version']);
      return true;
    } catch {
      return false;
    }
  }

  #docker(args: readonly string[], input?: Buffer): void {
    execFileSync(DOCKER, args, { env: this.#env, stdio: ['pipe', 'pipe', 'pipe'], input: input ?? '' });
  }
}

/** Nothing of this dockerd is where the machine's own would have it. */
function configOf(directory: string): object {
  return {
    hosts: [`unix://${SOCKET}`],
    pidfile: '/run/docker.pid',
    'data-root': join(directory, 'data'),
    'exec-root': '/run/docker',
    'deprecated-key-path': join(directory, 'key.json'),
    'storage-driver': 'vfs',
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': `/${CONTROL_GROUP}`,
  };
}

function post(agent: Agent, path: string, body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath: SOCKET, path, agent, method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve(answer);
          else reject(new Error(`${path} was answered with ${response.statusCode}: ${answer}`));
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

serve(new DockerSubject());
