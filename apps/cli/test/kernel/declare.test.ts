import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { expect, it } from 'vitest';
import { TestHost } from '../testing/test-host.ts';
import { mainPath } from '../testing/tsnet.ts';

const shop = `
networks:
  web: { subnets: [10.1.0.0/24] }
  db: { internal: true }
sandboxes:
  app: { endpoints: { web: { ports: ["8080:80", "127.0.0.1:8082:81"] }, db: } }
  store: { endpoints: { db: } }
`;

/** Writes a file where the host keeps its state. */
function file(host: TestHost, text: string, name = 'shop.yaml'): string {
  const path = join(host.stateDirectory, name);
  writeFileSync(path, text);
  return path;
}

const echoServer = `require('net').createServer((s) => s.pipe(s)).listen(process.argv[1], '0.0.0.0')`;

/** Sends a byte when the one before has come back, and fails when one does not; tells of the first. */
const steadyClient = `
  const connect = () => {
    const socket = require('net').connect(Number(process.argv[1]), '127.0.0.1');
    let told = false;
    socket.setTimeout(2000, () => process.exit(2));
    socket.on('connect', () => socket.write('x'));
    socket.on('data', () => {
      if (!told) console.log('connected');
      told = true;
      setTimeout(() => socket.write('x'), 5);
    });
    // Until the server listens.
    socket.on('error', () => (told ? process.exit(3) : setTimeout(connect, 50)));
    socket.on('close', () => told && process.exit(4));
  };
  connect();
  process.stdin.on('end', () => process.exit(0)).resume();
`;

/** Runs a script in a namespace, until it is let go. */
function program(host: TestHost, netns: string, script: string, ...args: readonly string[]) {
  const child = spawn('nsenter', host.entering(netns, process.execPath, ['-e', script, ...args]), {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return {
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.kill()) await once(child, 'close');
    },
  };
}

/** What stands between the project and the result, from the plan on stderr. */
function changesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => /^ {2}([+±~-] [^ ]+ [^ ]+)/.exec(line)?.[1] ?? []);
}

/** Links and endpoints of a network, which stay as they are while it is left alone. */
async function identitiesOf(host: TestHost, network: string) {
  const endpoints = await host.json<{ id: string; network: string; hostIfName: string }[]>('endpoint', 'ls');
  const { stdout } = await host.run('ip', ['-j', 'link', 'show', network]);
  const [{ ifindex }] = JSON.parse(stdout);
  return [ifindex, ...endpoints.filter((each) => each.network === network).map(({ id }) => id)];
}

describeKernel('tsnet apply', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('tells its plan, makes it so, and has nothing to do the second time', async () => {
    await using host = await TestHost.open();
    const path = file(host, shop);
    const before = await host.everything();
    const plan = `project shop: 7 to create
  + network web  10.1.0.0/24
  + network db  a free prefix, internal
  + sandbox app
  + sandbox store
  + endpoint web/app  8080:80/tcp, 127.0.0.1:8082:81/tcp
  + endpoint db/app
  + endpoint db/store
these ports open:
  tcp 8080 on every address of this host, also from other machines, leads to web/app:80
  tcp 8082 on 127.0.0.1, from this host only, leads to web/app:81`;
    expect(await host.tsnet('diff', '-f', path)).toEqual({ exitCode: 14, stdout: plan, stderr: '' });
    expect(await host.tsnet('apply', '-f', path, '--dry-run')).toEqual({
      exitCode: 0,
      stdout: plan,
      stderr: '',
    });
    expect(await host.everything()).toEqual(before);

    const { exitCode, stdout, stderr } = await host.tsnet('apply', '-f', path);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'project shop: 7 created' });
    expect(stderr.startsWith(plan)).toBe(true);
    expect(stderr).toContain('\ncreated endpoint db/store');
    expect(await host.addresses('eth0', 'app')).toEqual(['10.1.0.2/24']);
    expect((await host.links('app')).map(({ ifname }) => ifname).sort()).toEqual(['eth0', 'eth1']);

    const made = await host.everything();
    const nothing = { exitCode: 0, stdout: 'project shop: nothing to do', stderr: '' };
    expect(await host.tsnet('diff', '-f', path)).toEqual(nothing);
    expect(await host.tsnet('apply', '-f', path)).toEqual(nothing);
    expect(await host.everything()).toEqual(made);
  });

  it('changes ports of a live endpoint in place, and one network without another', async () => {
    await using host = await TestHost.open();
    await host.ok('apply', '-f', file(host, shop));
    const [web, db] = [await identitiesOf(host, 'web'), await identitiesOf(host, 'db')];

    const ports = await host.tsnet('apply', '-f', file(host, shop.replace('8080:80', '8081:80')));
    expect(changesOf(ports.stderr)).toEqual(['~ endpoint web/app']);
    expect(ports.stderr).toContain('opens 8081:80/tcp, closes 8080:80/tcp');
    expect(await identitiesOf(host, 'web')).toEqual(web);
    expect((await host.json<{ spec: string }[]>('port', 'ls')).map(({ spec }) => spec).sort()).toEqual([
      '127.0.0.1:8082:81/tcp',
      '8081:80/tcp',
    ]);

    const wide = shop.replace('8080:80', '8081:80').replace('[10.1.0.0/24]', '[10.3.0.0/24], mtu: 1400');
    const replaced = await host.tsnet('apply', '-f', file(host, wide));
    expect(changesOf(replaced.stderr)).toEqual(['± network web', '± endpoint web/app']);
    expect(replaced.stderr).toContain(
      'subnets is 10.1.0.0/24 instead of 10.3.0.0/24, mtu is automatic instead of 1400',
    );
    expect(await host.addresses('eth0', 'app')).toEqual(['10.3.0.2/24']);
    expect(await identitiesOf(host, 'db')).toEqual(db);
  });

  it('keeps connections through other ports of an endpoint', async () => {
    await using host = await TestHost.open();
    await host.ok('apply', '-f', file(host, shop));
    await using _ = program(host, 'app', echoServer, '81');
    await using client = program(host, host.netns, steadyClient, '8082');
    await once(client.child.stdout, 'data');
    await host.ok('apply', '-f', file(host, shop.replace('8080:80', '8081:80')));
    await host.ok('apply', '-f', file(host, shop.replace('"8080:80", ', '').replace(' db: }', ' }')));
    client.child.stdin.end();
    const [code] = await once(client.child, 'close');
    expect(code).toBe(0);
  });

  it('removes what the file no longer names, and leaves what others made', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'lan', '--subnet', '10.9.0.0/24');
    await host.ok('netns', 'create', 'mine');
    await host.ok('network', 'connect', 'lan', 'mine');
    await host.ok('apply', '-f', file(host, shop));
    const lan = await identitiesOf(host, 'lan');
    const { stderr } = await host.tsnet(
      'apply',
      '-f',
      file(host, 'networks: { web: { subnets: [10.1.0.0/24] } }'),
    );
    expect(new Set(changesOf(stderr))).toEqual(
      new Set([
        ...['- network db', '- sandbox app', '- sandbox store'],
        ...['- endpoint db/app', '- endpoint web/app', '- endpoint db/store'],
      ]),
    );
    expect((await host.json<{ name: string }[]>('network', 'ls')).map(({ name }) => name)).toEqual([
      'lan',
      'web',
    ]);
    expect(await identitiesOf(host, 'lan')).toEqual(lan);
  });

  it('refuses what is not its own, and then does nothing', async () => {
    await using host = await TestHost.open();
    await host.ok('network', 'create', 'web', '--subnet', '10.9.0.0/24');
    await host.ok('netns', 'create', 'app');
    const before = await host.everything();
    const { exitCode, stderr } = await host.tsnet('apply', '-f', file(host, shop));
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(
      /network web: it is there, .*subnets is 10\.9\.0\.0\/24 instead of 10\.1\.0\.0\/24/,
    );
    expect(stderr).toMatch(/sandbox app: it is there, and not of project shop/);
    expect(await host.everything()).toEqual(before);
  });

  it('does all but what fails, tells every failure, and does the rest the next time', async () => {
    await using host = await TestHost.open();
    // A route of the host and a link are in the way of two of the networks.
    await host.run('ip', ['link', 'add', 'db', 'type', 'veth', 'peer', 'name', 'd0']);
    await host.run('ip', ['link', 'set', 'd0', 'up']);
    await host.run('ip', ['route', 'add', '10.1.0.0/16', 'dev', 'd0']);
    const path = file(host, shop.replace('db: { i', 'free:\n  db: { i'));
    const { exitCode, stdout, stderr } = await host.tsnet('apply', '-f', path);
    expect(exitCode).toBe(6);
    expect(stdout).toBe('project shop: 3 created');
    expect(stderr).toMatch(/cannot create network web: .*10\.1\.0\.0\/16/);
    expect(stderr).toMatch(/cannot create network db: .*db/);
    expect((await host.json<{ name: string }[]>('network', 'ls')).map(({ name }) => name)).toEqual(['free']);

    await host.run('ip', ['link', 'del', 'd0']);
    expect(await host.ok('apply', '-f', path)).toBe('project shop: 5 created');
    expect((await host.tsnet('diff', '-f', path)).exitCode).toBe(0);
  });

  it('takes down with destroy what the file names, once or twice', async () => {
    await using host = await TestHost.open();
    const path = file(host, shop);
    await host.ok('network', 'create', 'lan', '--subnet', '10.9.0.0/24');
    const before = await host.everything();
    await host.ok('apply', '-f', path);
    await host.ok('netns', 'rm', 'store');
    expect((await host.tsnet('destroy', '-f', path, '--dry-run')).stdout).toMatch(
      /^project shop: \d to remove/,
    );
    expect(await host.ok('destroy', '-f', path)).toMatch(/^project shop: \d removed$/);
    expect(await host.everything()).toEqual(before);
    expect(await host.ok('destroy', '-f', path)).toBe('project shop: nothing to do');
  });

  it('reads standard input, and writes JSON', async () => {
    await using host = await TestHost.open();
    const path = file(host, `project: piped\n${shop}`);
    const main = `"$0" "$1" --state-dir "$2" --json apply -f - < "${path}"`;
    const args = ['-c', main, process.execPath, mainPath, host.stateDirectory];
    const { exitCode, stdout, stderr } = await host.run('sh', args);
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, project: 'piped' });
    const [plan, ...progress] = stderr.split('\n').map((line) => JSON.parse(line));
    expect(plan.plan.exposures[1]).toMatchObject({ reach: 'host', hostAddress: '127.0.0.1', hostPort: 8082 });
    expect(progress.at(-1)).toMatchObject({ progress: { ended: 7, total: 7 } });
  });
});
