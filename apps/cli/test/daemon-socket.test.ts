import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mainPath, type Outcome, runProgram, tsnet } from './testing/tsnet.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnet-socket-'));
chmodSync(directory, 0o755);
afterAll(() => rmSync(directory, { recursive: true }));

/** A server at a socket that answers in its own way. */
async function listen(name: string, answer: RequestListener): Promise<AsyncDisposable & { path: string }> {
  const path = join(directory, name);
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function asNobody(...args: readonly string[]): Promise<Outcome> {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  return runProgram('setpriv', [...nobody, process.execPath, mainPath, ...args]);
}

const empty = JSON.stringify({ items: [], next: null });

describe('the socket of the daemon', () => {
  it('is named by an option, or else by the environment', async () => {
    await using first = await listen('first', (_, response) => response.end(empty));
    let count = 0;
    await using second = await listen('second', (_, response) => {
      count += 1;
      response.end(empty);
    });
    const env = { TSNET_SOCKET: second.path };
    expect(await tsnet(['network', 'ls'], env)).toEqual({ exitCode: 0, stdout: 'no networks', stderr: '' });
    expect(count).toBe(1);
    expect((await tsnet(['--socket', first.path, 'network', 'ls'], env)).exitCode).toBe(0);
    expect(count).toBe(1);
  });

  it('is not asked where a state directory is named, or none', async () => {
    await using broken = await listen('broken', (_, response) => response.writeHead(500).end('no'));
    const env = { TSNET_SOCKET: broken.path };
    for (const args of [
      ['--state-dir', directory, 'network', 'ls'],
      ['--socket', 'none', 'network', 'ls'],
    ]) {
      expect(await tsnet(args, env)).toEqual({ exitCode: 0, stdout: 'no networks', stderr: '' });
    }
    expect((await tsnet(['network', 'ls'], { TSNET_SOCKET: 'none' })).exitCode).toBe(0);
    expect((await tsnet(['network', 'ls'], env)).exitCode).toBe(10);
  });

  it('and a state directory exclude each other', async () => {
    const { exitCode, stderr } = await tsnet(['--state-dir', directory, '--socket', '/s', 'network', 'ls']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--socket and --state-dir exclude each other');
  });

  it('that nobody listens on is passed over', async () => {
    const path = join(directory, 'stale');
    const leave = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', leave]);
    expect(existsSync(path)).toBe(true);
    const { exitCode, stdout, stderr } = await tsnet(['--socket', path, 'network', 'ls', '--json']);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '[]', stderr: '' });
  });

  it('that may not be used names the group to be in', async () => {
    await using guarded = await listen('guarded', (_, response) => response.end(empty));
    chownSync(guarded.path, 0, 1);
    chmodSync(guarded.path, 0o660);
    const { exitCode, stdout, stderr } = await asNobody('--socket', guarded.path, 'network', 'ls');
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/cannot reach the daemon at .*guarded: permission denied \(EACCES\)/);
    expect(stderr).toContain(
      'hint: Ask to be made a member of group daemon, which owns it, or run it as root',
    );
  });

  it('needs no privilege of ours where it may be used', async () => {
    await using open = await listen('open', (_, response) => response.end(JSON.stringify([])));
    chmodSync(open.path, 0o666);
    expect(await asNobody('--socket', open.path, 'network', 'prune')).toEqual({
      exitCode: 0,
      stdout: 'no networks without endpoints',
      stderr: '',
    });
  });
});

describe('a daemon', () => {
  it.each<[string, RequestListener]>([
    ['before it answers', (request) => request.socket.destroy()],
    [
      'within its answer',
      (request, response) => {
        response
          .writeHead(200, { 'content-length': '1000' })
          .write('{"items":', () => request.socket.destroy());
      },
    ],
  ])('that dies %s is not replaced by this process, which says what to do', async (_, answer) => {
    await using dying = await listen('dying', answer);
    const { exitCode, stdout, stderr } = await tsnet(['--socket', dying.path, 'network', 'create', 'web']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 10, stdout: '' });
    expect(stderr).toMatch(/^tsnet: cannot reach the daemon at .*dying: /);
    expect(stderr).toContain(
      'hint: It may have carried the request out: see how it is with `systemctl status tsnetd`',
    );
  });

  it('whose answer comes in pieces is understood', async () => {
    await using slow = await listen('slow', (_, response) => {
      response.write('{"items":[],');
      setTimeout(() => response.end('"next":null}'), 20);
    });
    expect((await tsnet(['--socket', slow.path, 'network', 'ls'])).stdout).toBe('no networks');
  });

  it.each<[string, RequestListener]>([
    [
      'knows no such request',
      (request, response) => {
        const [operation, subject] = ['answer', `${request.method} ${request.url}`];
        const detail = `cannot answer ${subject}: the API has no such resource`;
        const problem = { status: 404, code: 'API_NO_ROUTE', kind: 'not-found', operation, subject, detail };
        response.writeHead(404).end(JSON.stringify(problem));
      },
    ],
    ['answers in another way', (_, response) => response.writeHead(404).end('{"message":"Not Found"}')],
    ['speaks no HTTP API at all', (_, response) => response.end('<html>')],
  ])('of another version that %s is an error that says so', async (_, answer) => {
    await using old = await listen('old', answer);
    const { exitCode, stdout, stderr } = await tsnet(['--socket', old.path, 'network', 'ls']);
    expect(exitCode).toBeGreaterThan(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('hint: See whether tsnetd is of another version than tsnet');
  });

  it('is told of with its milliseconds by --verbose', async () => {
    await using open = await listen('told', (_, response) => response.end(empty));
    const { stderr } = await tsnet(['--socket', open.path, '--verbose', '--json', 'network', 'ls']);
    expect(JSON.parse(stderr)).toEqual({
      request: { method: 'GET', path: '/v1/networks?limit=1000', milliseconds: expect.any(Number) },
    });
  });
});

describe('tsnet events', () => {
  it('needs the daemon, and says so', async () => {
    for (const [args, place] of [
      [['--socket', 'none', 'events'], 'and none is asked'],
      [['--socket', join(directory, 'nothing'), 'events'], 'and none listens at'],
    ] as const) {
      const { exitCode, stdout, stderr } = await tsnet(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 10, stdout: '' });
      expect(stderr).toContain(`cannot run "tsnet events": only the daemon tsnetd knows, ${place}`);
      expect(stderr).toContain('hint: Start it with: systemctl start tsnetd');
    }
  });

  it('refuses kinds that there are none of', async () => {
    const { exitCode, stderr } = await tsnet(['events', '--type', 'weather']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cannot read --type "weather": there are no such events');
  });
});
