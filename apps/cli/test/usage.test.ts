import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mainPath, runProgram, tsnet } from './testing/tsnet.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnet-usage-'));
const untouched = join(directory, 'untouched');
afterAll(() => rmSync(directory, { recursive: true }));

/** What cannot be understood is refused before anything is opened: no privilege, no state directory. */
const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a prefix without a length', ['network', 'create', 'n', '--subnet', '10.0.0.0'], /"10\.0\.0\.0"/],
  ['a prefix that is too long', ['network', 'create', 'n', '--subnet', '10.0.0.0/33'], /10\.0\.0\.0\/33/],
  ['a prefix of another kind', ['network', 'create', 'n', '--subnet', 'ten'], /"ten"/],
  ['an empty prefix', ['network', 'create', 'n', '--subnet', ''], /""/],
  ['a gateway that is no address', ['network', 'create', 'n', '--gateway', '10.0.0.256'], /10\.0\.0\.256/],
  [
    'a gateway outside the subnets',
    ['network', 'create', 'n', '--subnet', '10.0.0.0/24', '--gateway', '10.9.0.1'],
    /10\.9\.0\.1/,
  ],
  ['a range without its prefix', ['network', 'create', 'n', '--ip-range', '10.0.0.0/28'], /10\.0\.0\.0/],
  [
    'an exclusion that ends before it begins',
    ['network', 'create', 'n', '--subnet', '10.0.0.0/24', '--exclude', '10.0.0.9-10.0.0.1'],
    /10\.0\.0\.9-10\.0\.0\.1/,
  ],
  ['an MTU that is no number', ['network', 'create', 'n', '--mtu', 'big'], /--mtu "big"/],
  ['a label without a key', ['network', 'create', 'n', '--label', '=x'], /--label "=x"/],
  ['a label given twice', ['network', 'create', 'n', '--label', 'a=1', '--label', 'a=2'], /given twice/],
  ['a name that is too long', ['network', 'create', 'n'.repeat(64)], /at most 63/],
  ['a name with a slash', ['network', 'create', 'a/b'], /"a\/b"/],
  ['a name that climbs', ['network', 'create', '..'], /"\.\."/],
  ['a name with dots in a row', ['network', 'create', 'a..b'], /"a\.\.b"/],
  ['a name with a space', ['network', 'create', 'a b'], /"a b"/],
  ['a name with a leading dash', ['network', 'create', '-x'], /-x/],
  ['a name with a leading dash behind --', ['network', 'create', '--', '-x'], /"-x"/],
  ['an empty name', ['network', 'create', ''], /it is empty/],
  [
    'a bridge name that is too long',
    ['network', 'create', 'n', '--bridge-name', 'sixteen-bytes-ab'],
    /at most 15/,
  ],
  ['a sandbox name with a slash', ['netns', 'create', 'a/b'], /a\/b/],
  ['a sandbox name that climbs', ['netns', 'create', '..'], /\.\./],
  ['a path where a name is needed', ['netns', 'rm', '/run/netns/a'], /"\/run\/netns\/a"/],
  ['a process that is no number', ['network', 'connect', 'n', 'pid:x'], /pid:x/],
  ['a sandbox with a space', ['network', 'connect', 'n', 'a b'], /a b/],
  ['an address that is none', ['network', 'connect', 'n', 's', '--ip', '10.0.0'], /"10\.0\.0"/],
  ['a MAC address that is none', ['network', 'connect', 'n', 's', '--mac', '02:42'], /"02:42"/],
  [
    'a link name that is too long',
    ['network', 'connect', 'n', 's', '--ifname', 'sixteen-bytes-ab'],
    /at most 15/,
  ],
  ['a link name with a slash', ['network', 'connect', 'n', 's', '--ifname', 'a/b'], /"a\/b"/],
  ['port 70000', ['network', 'connect', 'n', 's', '-p', '70000:80'], /port 70000 is above 65535/],
  [
    'an order for iptables as a port',
    ['network', 'connect', 'n', 's', '-p', '80 -j ACCEPT'],
    /"80 -j ACCEPT"/,
  ],
  ['an order for iptables behind a port', ['network', 'connect', 'n', 's', '-p', '80', '-j', 'ACCEPT'], /-j/],
  ['ranges of different lengths', ['port', 'publish', 'e', '80-90:80-91'], /11 host ports/],
  ['a protocol that is neither tcp nor udp', ['port', 'publish', 'e', '80:80/icmp'], /icmp/],
  [
    'a setting of a network that there is not',
    ['run', '--network', 'n:colour=red', '--', 'true'],
    /colour=red/,
  ],
  [
    'a network option without a network',
    ['run', '--network', ':ip=10.0.0.1', '--', 'true'],
    /names no network/,
  ],
  [
    'a network that run is given twice',
    ['run', '--network', 'n', '--network', 'n:ifname=b', '--', 'true'],
    /network n is given twice/,
  ],
  [
    'an MTU given twice',
    ['network', 'create', 'n', '--mtu', '1500', '--mtu', '1400'],
    /--mtu "1400".*"1500"/,
  ],
  ['a driver given twice', ['network', 'create', 'n', '--driver', 'bridge', '--driver', 'x'], /--driver "x"/],
  [
    'a bridge name given twice',
    ['network', 'create', 'n', '--bridge-name=a', '--bridge-name=a'],
    /--bridge-name "a"/,
  ],
  ['a MAC address given twice', ['network', 'connect', 'n', 's', '--mac', 'a', '--mac', 'b'], /--mac "b"/],
  [
    'a link name given twice',
    ['network', 'connect', 'n', 's', '--ifname', 'a', '--ifname', 'b'],
    /--ifname "b"/,
  ],
  ['a name given twice', ['run', '--network', 'n', '--name', 'a', '--name', 'b', 'true'], /--name "b"/],
  ['a pool without a prefix', ['ipam', 'create', 'p'], /--subnet/],
  ['a pool whose prefix is none', ['ipam', 'create', 'p', '--subnet', '10.0.0.0'], /"10\.0\.0\.0"/],
  [
    'an order of a pool that there is not',
    ['ipam', 'create', 'p', '--subnet', '10.0.0.0/24', '--order', 'random'],
    /--order "random"/,
  ],
  [
    'a length of time without its unit',
    ['ipam', 'create', 'p', '--subnet', '10.0.0.0/24', '--reuse-delay', '10'],
    /--reuse-delay "10"/,
  ],
  ['a lease without an owner', ['ipam', 'lease', 'p'], /--owner/],
  ['a lease in the name of an endpoint', ['ipam', 'lease', 'p', '--owner', 'endpoint:a'], /"endpoint:a"/],
  [
    'a lease of an address that is none',
    ['ipam', 'lease', 'p', '--owner', 'o', '--ip', '10.0.0'],
    /"10\.0\.0"/,
  ],
  ['a lease of no addresses', ['ipam', 'lease', 'p', '--owner', 'o', '--count', '0'], /--count "0"/],
  [
    'a lease of an address and of several',
    ['ipam', 'lease', 'p', '--owner', 'o', '--count', '2', '--ip', '10.0.0.1'],
    /--ip and --count/,
  ],
  ['a renewal of a gateway', ['ipam', 'renew', 'p', '10.0.0.1', '--owner', 'network:web'], /"network:web"/],
  [
    'a release of a gateway',
    ['ipam', 'release', 'p', '10.0.0.1', '--owner', 'network:web'],
    /network rm web/,
  ],
  ['a release of nothing', ['ipam', 'release', 'p', '--owner', 'o'], /not said what/],
  [
    'a release of one address and of all',
    ['ipam', 'release', 'p', '10.0.0.1', '--owner', 'o', '--all'],
    /--all/,
  ],
  ['an import in a format that there is not', ['ipam', 'import', 'f', '--format', 'xml'], /--format "xml"/],
  ['host-local without a prefix', ['ipam', 'import', 'f', '--format', 'host-local'], /--prefix/],
  ['a prefix for another format', ['ipam', 'import', 'f', '--prefix', '10.0.0.0/24'], /--prefix/],
  ['an owner for another format', ['ipam', 'import', 'f', '--owner', 'o'], /--owner "o"/],
  ['apply without a file', ['apply'], /--file/],
  ['a file given twice', ['diff', '-f', 'a', '-f', 'b'], /--file "b"/],
  ['run without a network', ['run', '--', 'true'], /--network/],
  ['run without a command', ['run', '--network', 'n'], /missing required argument/],
  ['exec without a command', ['exec', 's'], /missing required argument/],
  ['exec with nothing behind --', ['exec', 's', '--'], /command is missing/],
  ['an option behind the sandbox of exec', ['exec', 's', '--json'], /--json/],
  ['an unknown command', ['netwrk', 'ls'], /Did you mean network\?/],
  ['an unknown option', ['network', 'ls', '--jsn'], /Did you mean --json\?/],
  ['a missing argument', ['network', 'inspect'], /missing required argument 'name'/],
  ['an argument too many', ['network', 'ls', 'extra'], /too many arguments/],
];

describe('tsnet refuses', () => {
  it.each(refused)('%s, with exit code 2 and nothing opened', async (_, args, expected) => {
    const { exitCode, stdout, stderr } = await tsnet(['--state-dir', untouched, ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^tsnet: cannot .+: .+\n {2}hint: .+$|^tsnet: cannot .+: .+$/);
    expect(stderr).toMatch(expected);
    expect(existsSync(untouched)).toBe(false);
  });

  it('an empty path of the state directory', async () => {
    const { exitCode, stderr } = await tsnet(['--state-dir', '', 'network', 'ls']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--state-dir ""') });
  });

  it('a relative state directory where the working directory is gone', async () => {
    const gone = join(directory, 'gone');
    const script = `mkdir "${gone}" && cd "${gone}" && rmdir "${gone}" && "${process.execPath}" "${mainPath}" network ls --state-dir`;
    const { exitCode, stderr } = await runProgram('sh', ['-c', `${script} state`]);
    expect(stderr).toMatch(/^tsnet: cannot read --state-dir "state": .*\n {2}hint: .*absolute path\.$/);
    expect(exitCode).toBe(2);
    expect((await runProgram('sh', ['-c', `${script} ${untouched}`])).exitCode).toBe(0);
  });

  it('and names the command as it was typed', async () => {
    for (const name of ['ls', 'list']) {
      expect((await tsnet(['network', name, 'extra'])).stderr).toMatch(
        new RegExp(
          `^tsnet: cannot run "tsnet network ${name}": .*\n  hint: See: tsnet network ${name} --help$`,
        ),
      );
    }
  });

  it('as one JSON object on stderr with --json, wherever it stands', async () => {
    for (const args of [
      ['--json', 'network', 'create', 'a b'],
      ['network', 'create', 'a b', '--json'],
    ]) {
      const { exitCode, stdout, stderr } = await tsnet(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(JSON.parse(stderr)).toEqual({
        error: {
          code: 'CORE_INVALID_NAME',
          kind: 'invalid',
          operation: 'name a network',
          subject: '"a b"',
          message: expect.stringMatching(/^cannot name a network "a b": /),
        },
      });
    }
    const { stderr } = await tsnet(['network', '--json']);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'CLI_USAGE', kind: 'invalid' });
  });
});

describe('the state directory', () => {
  it('reads as empty where it is missing, and is not made', async () => {
    expect(await tsnet(['--state-dir', untouched, 'network', 'ls'])).toEqual({
      exitCode: 0,
      stdout: 'no networks',
      stderr: '',
    });
    const { exitCode, stderr } = await tsnet(['--state-dir', untouched, 'network', 'inspect', 'web']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/"web".*\n {2}hint: List them with: tsnet network ls$/);
    expect(existsSync(untouched)).toBe(false);
  });

  it('gives empty arrays and friendly lines while nothing is there', async () => {
    for (const [group, line] of [
      ['network', 'no networks'],
      ['endpoint', 'no endpoints'],
      ['port', 'no published ports'],
      ['ipam', 'no pools'],
    ] as const) {
      expect((await tsnet(['--state-dir', directory, group, 'ls'])).stdout).toBe(line);
      expect((await tsnet([group, '--state-dir', directory, 'ls', '--json'])).stdout).toBe('[]');
    }
  });

  it('has no networks but those of its database, whatever files lie in it', async () => {
    const path = mkdtempSync(join(directory, 'stray-'));
    for (const name of ['web', 'web.json', 'network.db']) writeFileSync(join(path, name), '{"name":"web"}');
    expect((await tsnet(['--state-dir', path, 'network', 'ls', '--json'])).stdout).toBe('[]');
  });

  it('is refused by name where it is a file', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const { exitCode, stderr } = await tsnet(['--state-dir', file, 'network', 'ls']);
    expect(exitCode).toBe(10);
    expect(stderr).toContain(file);
  });

  it.each([
    ['/sys/nothing', 4],
    ['/proc/nothing', 10],
  ])('is refused by name where it cannot be made: %s', async (directory, code) => {
    const { exitCode, stderr } = await tsnet(['--state-dir', directory, 'network', 'create', 'web']);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(directory);
  });

  it('is refused by name where its database is none', async () => {
    const path = mkdtempSync(join(directory, 'bad-'));
    writeFileSync(join(path, 'state.db'), 'this is no database, and long enough to be looked at '.repeat(40));
    const { exitCode, stderr } = await tsnet(['--state-dir', path, 'network', 'ls']);
    expect(exitCode).toBe(11);
    expect(stderr).toContain(path);
  });
});

describe('output', () => {
  it('may stop being read', async () => {
    const shell = `"${process.execPath}" "${mainPath}" --help | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await runProgram('bash', ['-c', shell]);
    expect({ stdout, stderr }).toEqual({ stdout: '0', stderr: '' });
  });

  it('that cannot be written is an error in one line', async () => {
    const command = `"${process.execPath}" "${mainPath}" --state-dir "${untouched}"`;
    const reason = 'cannot write to standard output: no space left on device (ENOSPC)';
    for (const args of ['network ls', '--help', '--version']) {
      expect(await runProgram('sh', ['-c', `${command} ${args} > /dev/full`])).toEqual({
        exitCode: 10,
        stdout: '',
        stderr: `tsnet: ${reason}`,
      });
    }
    const { stderr } = await runProgram('sh', ['-c', `${command} network ls --json > /dev/full`]);
    expect(JSON.parse(stderr)).toEqual({
      error: expect.objectContaining({ code: 'CLI_OUTPUT', message: reason }),
    });
  });

  it('shows the stack of an error only when asked', async () => {
    const args = ['network', 'create', 'a b'];
    expect((await tsnet(args)).stderr).not.toContain(' at ');
    expect((await tsnet([...args, '--verbose'])).stderr).not.toContain(' at ');
    expect((await tsnet(args, { TSNET_DEBUG: '1' })).stderr).toContain(' at ');
  });
});
