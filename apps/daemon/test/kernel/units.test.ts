import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { readUnit, unitDirectory } from '../testing/unit-file.ts';

const NOBODY = 65_534;
const program = join(import.meta.dirname, '../programs/work-of-a-host.ts');
const service = readUnit('tsnetd.service');
const capabilities = (service.get('CapabilityBoundingSet') ?? []).join(' ').split(' ');

/** Settings that give a service mounts of its own: systemd.exec(5). */
const mountSettings =
  /^(Protect(Home|Proc|Kernel\w+|ControlGroups|Hostname)|Private(Tmp|Devices|IPC|Users)|ProcSubset|(ReadWrite|ReadOnly|Inaccessible|Exec|NoExec)Paths|Bind(ReadOnly)?Paths|TemporaryFileSystem|Root(Directory|Image)|MountFlags|DynamicUser|MountImages|ExtensionImages)$/;

/** Makes the namespaces of another user, on a host behind iptables, and runs the work of a daemon under `prefix`. */
async function work(prefix: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const directory = mkdtempSync('/run/units-');
  chmodSync(directory, 0o755);
  const path = join(directory, 'theirs/netns');
  mkdirSync(join(path, '..'), { mode: 0o700 });
  writeFileSync(path, '');
  const user = ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
  await using inPid = running('unshare', ['--net', ...user, 'sleep', '60']);
  await using inPath = running('unshare', ['--net', `--net=${path}`, 'sleep', '60']);
  await expect.poll(() => ownerOf(inPid.pid)).toBe(NOBODY);
  await expect.poll(() => readFileSync('/proc/self/mountinfo', 'utf8')).toContain(path);
  chownSync(join(path, '..'), NOBODY, NOBODY);
  await execa('iptables-nft', ['-P', 'FORWARD', 'DROP']);
  const args = [...prefix, process.execPath, program, String(inPid.pid), path, join(directory, 'tsnet.sock')];
  const { stdout } = await execa('env', args);
  await execa('umount', [path]);
  void inPath;
  return JSON.parse(stdout);
}

/** The user whose a process has become; it has its namespace since before. */
function ownerOf(pid: number | undefined): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

function running(file: string, args: readonly string[]) {
  const child = execa(file, args, { reject: false });
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await child;
    },
  };
}

/** Leaves root no capabilities but some, as a bounding set does. */
function restrictedTo(names: readonly string[]): readonly string[] {
  const set = names.map((name) => `+${name.replace('CAP_', '').toLowerCase()}`);
  return ['setpriv', `--bounding-set=${['-all', ...set].join()}`, '--inh-caps=-all', '--no-new-privs'];
}

function failuresOf(outcomes: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(outcomes).flatMap(([what, outcome]) =>
    outcome === 'done' ? [] : [`${what}: ${outcome}`],
  );
}

describe('the units', () => {
  it('give the service no mounts of its own, so that the host sees the namespaces that it makes', () => {
    expect([...service.keys()].filter((name) => mountSettings.test(name))).toEqual([]);
    expect(service.get('ProtectSystem')).toEqual(['no']);
    expect(service.get('PrivateMounts')).toEqual(['no']);
  });

  it('let the socket be that of the configuration by default', () => {
    const socket = readUnit('tsnetd.socket');
    const settings = ['ListenStream', 'SocketMode', 'SocketGroup'].map((name) => socket.get(name));
    expect(settings).toEqual([['/run/tsnet/tsnet.sock'], ['0660'], ['tsnet']]);
    expect(readFileSync(join(unitDirectory, 'tsnet.sysusers'), 'utf8')).toMatch(/^g tsnet -$/m);
  });
});

describeKernel(
  'the capabilities of tsnetd.service',
  { needs: ['netns', 'bridge', 'veth', 'nftables', 'iptables'] },
  () => {
    it('are enough for all that a daemon does', async () => {
      expect(failuresOf(await work(restrictedTo(capabilities)))).toEqual([]);
    });

    it.each([
      ['CAP_NET_ADMIN', 'create a network behind iptables'],
      ['CAP_NET_RAW', 'connect a name'],
      ['CAP_NET_BIND_SERVICE', 'publish a low port'],
      ['CAP_SYS_ADMIN', 'open the host'],
      ['CAP_SYS_PTRACE', 'connect a process of another user'],
      ['CAP_DAC_READ_SEARCH', 'connect a path of another user'],
      ['CAP_CHOWN', 'listen'],
    ])('are no more than that: without %s it cannot %s', async (name, what) => {
      expect(capabilities).toContain(name);
      const outcomes = await work(restrictedTo(capabilities.filter((other) => other !== name)));
      expect(failuresOf(outcomes)[0]).toMatch(new RegExp(`^${what}: `));
    });

    it('are each among those whose want is tested', () => {
      expect(capabilities).toHaveLength(7);
    });
  },
);

describeKernel(
  'the system calls of tsnetd.service',
  { needs: ['netns', 'bridge', 'veth', 'nftables', 'iptables', 'strace', 'systemd'] },
  () => {
    it('are enough for all that a daemon does', async () => {
      const trace = join(mkdtempSync('/run/trace-'), 'trace');
      const outcomes = await work(['strace', '-f', '-qq', '-o', trace]);
      expect(failuresOf(outcomes)).toEqual([]);
      const made = new Set(
        [...readFileSync(trace, 'utf8').matchAll(/^\d+ +(\w+)\(/gm)].map(([, name]) => name ?? ''),
      );
      const allowed = await allowedCalls(service.get('SystemCallFilter') ?? []);
      expect([...made].filter((name) => !allowed.has(name))).toEqual([]);
      expect(made).toContain('setns');
      expect(made.size).toBeGreaterThan(50);
    });
  },
);

describeKernel('systemd-analyze', { needs: ['systemd'] }, () => {
  it('has nothing against the units', async () => {
    const directory = mkdtempSync('/run/verify-');
    for (const name of ['tsnetd.service', 'tsnetd.socket']) {
      const unit = readFileSync(join(unitDirectory, name), 'utf8');
      writeFileSync(join(directory, name), unit.replace('ExecStart=tsnetd', `ExecStart=${process.execPath}`));
    }
    const units = ['tsnetd.service', 'tsnetd.socket'].map((name) => join(directory, name));
    const { all } = await execa('systemd-analyze', ['verify', '--man=no', ...units], { all: true });
    expect(all).toBe('');
  });

  it('finds the service less exposed than most', async () => {
    const args = [
      'security',
      '--offline=yes',
      '--no-pager',
      '--threshold=60',
      join(unitDirectory, 'tsnetd.service'),
    ];
    const { exitCode } = await execa('systemd-analyze', args, { reject: false });
    expect(exitCode).toBe(0);
  });
});

/** What lines of SystemCallFilter= allow, with their sets expanded by systemd itself. */
async function allowedCalls(lines: readonly string[]): Promise<ReadonlySet<string>> {
  let allowed: ReadonlySet<string> = new Set();
  for (const line of lines) {
    const calls = await expand(line.replace(/^~/, '').split(' '));
    const isTaken = line.startsWith('~');
    allowed = new Set(isTaken ? [...allowed].filter((call) => !calls.has(call)) : [...allowed, ...calls]);
  }
  return allowed;
}

async function expand(names: readonly string[]): Promise<ReadonlySet<string>> {
  const calls = new Set<string>();
  for (const name of names) {
    if (!name.startsWith('@')) calls.add(name);
    else {
      const { stdout } = await execa('systemd-analyze', ['syscall-filter', '--no-pager', name]);
      const members = stdout
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
      for (const call of await expand(members.filter((member) => /^@?\w/.test(member)))) calls.add(call);
    }
  }
  return calls;
}
