import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mainPath, type Outcome, runProgram } from './testing/tsnet.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnet-privilege-'));
const shop = join(directory, 'shop.yaml');
writeFileSync(shop, 'networks: { web: }');
chmodSync(directory, 0o777);
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs `tsnet` as nobody, who has no capabilities. */
function asNobody(...args: readonly string[]): Promise<Outcome> {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  return runProgram('setpriv', [...nobody, process.execPath, mainPath, ...args]);
}

describe('without privileges', () => {
  it.each([
    ['network create', ['network', 'create', 'web']],
    ['network connect', ['network', 'connect', 'web', 'app']],
    ['network remove', ['network', 'rm', 'web']],
    ['netns create', ['netns', 'create', 'app']],
    ['run', ['run', '--network', 'web', '--', 'true']],
    ['exec', ['exec', 'app', '--', 'true']],
    ['port publish', ['port', 'publish', 'web/app', '80']],
    ['apply', ['apply', '-f', shop]],
    ['diff', ['diff', '-f', shop]],
    ['destroy', ['destroy', '-f', shop]],
  ])('%s says so in one line with what to do', async (_, args) => {
    const { exitCode, stdout, stderr } = await asNobody(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/^tsnet: cannot run "tsnet .+": .*CAP_NET_ADMIN.*\n {2}hint: Run it as root/);
  });

  it('lists need only access to the state directory', async () => {
    const state = join(directory, 'state');
    for (const group of ['network', 'endpoint', 'port', 'ipam']) {
      expect(await asNobody('--state-dir', state, group, 'ls', '--json')).toEqual({
        exitCode: 0,
        stdout: '[]',
        stderr: '',
      });
    }
  });

  it('the doctor looks at what can be seen without, and says what it could not look at', async () => {
    const { exitCode, stdout, stderr } = await asNobody(
      '--state-dir',
      join(directory, 'state'),
      'doctor',
      '--json',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { findings, unread } = JSON.parse(stdout);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'CAPABILITIES_MISSING', severity: 'warning' }),
    );
    expect(unread).toContainEqual({
      what: 'the firewalls of others in nftables',
      reason: 'it takes CAP_NET_ADMIN',
    });
  });

  it("pools of one's own need nothing more", async () => {
    chmodSync(directory, 0o777);
    const state = ['--state-dir', join(directory, 'own')];
    expect((await asNobody(...state, 'ipam', 'create', 'blue', '--subnet', '10.20.0.0/24')).exitCode).toBe(0);
    expect((await asNobody(...state, 'ipam', 'lease', 'blue', '--owner', 'vm')).stdout).toBe(
      'leased 10.20.0.1 of blue for vm',
    );
  });

  it('a state directory of another user is refused by name', async () => {
    const closed = mkdtempSync(join(directory, 'closed-'));
    const { exitCode, stderr } = await asNobody('--state-dir', closed, 'network', 'ls');
    expect(exitCode).toBe(4);
    expect(stderr).toContain(closed);
  });
});
