import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mainPath, runProgram, tsnet } from './testing/tsnet.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnet-declare-'));
afterAll(() => rmSync(directory, { recursive: true }));

const path = join(directory, 'shop.yaml');
writeFileSync(path, 'networks:\n  web:\n    mtu: 100\n    subnet: 10.1.0.0/24\n');

describe('tsnet apply, diff and destroy', () => {
  it.each(['apply', 'diff', 'destroy'])(
    '%s tells all that is wrong with a file, one a line',
    async (command) => {
      expect(await tsnet([command, '-f', path])).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: [
          `tsnet: cannot read ${path}:3:10: networks.web.mtu: 100 must be >= 1280`,
          `tsnet: cannot read ${path}:4:5: networks.web.subnet: there is no such field`,
          '  hint: Fields here: external, driver, subnets, internal, isolated, masquerade, respectHostFirewall, firewall, mtu, ifName, labels.',
        ].join('\n'),
      });
    },
  );

  it('gives line, column and field as JSON', async () => {
    const { stderr } = await tsnet(['apply', '-f', path, '--json']);
    expect(JSON.parse(stderr).error.errors).toEqual([
      expect.objectContaining({
        code: 'DECLARE_INVALID',
        file: path,
        line: 3,
        column: 10,
        field: 'networks.web.mtu',
      }),
      expect.objectContaining({ line: 4, column: 5, field: 'networks.web.subnet' }),
    ]);
  });

  it('say of a file that is not there, and of a text without a project', async () => {
    const { exitCode, stderr } = await tsnet(['apply', '-f', join(directory, 'gone.yaml')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining('gone.yaml') });
    const shell = `echo 'networks:' | "${process.execPath}" "${mainPath}" diff -f -`;
    expect(await runProgram('sh', ['-c', shell])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^tsnet: cannot read <stdin>:1:1: it names no project/),
    });
  });
});
