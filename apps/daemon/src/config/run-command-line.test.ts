import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TsnetError } from '@tsnet/errors';
import { afterAll, describe, expect, it } from 'vitest';
import type { DaemonConfig } from './daemon-config.ts';
import { runCommandLine } from './run-command-line.ts';

const directory = mkdtempSync(join(tmpdir(), 'tsnetd-command-'));
afterAll(() => rmSync(directory, { recursive: true }));

const failing = new TsnetError({
  code: 'X',
  kind: 'conflict',
  operation: 'do',
  subject: 'a\u001b[2Jb',
  reason: 'no',
  hint: 'Do not.',
});

function file(text: string): string {
  const path = join(directory, 'tsnetd.toml');
  writeFileSync(path, text);
  return path;
}

/** Runs a command line, with a daemon or check that does as told. */
async function run(
  args: readonly string[],
  act: (config: DaemonConfig) => void = () => {},
  environment = {},
) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string | Uint8Array) {
      written[name] += text;
      return true;
    },
  });
  const code = await runCommandLine(args, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    runDaemon: async (config) => act(config),
    checkFiles: act,
    environment,
  });
  return { code, ...written };
}

describe('runCommandLine', () => {
  it('runs the daemon with the configuration', async () => {
    const seen: DaemonConfig[] = [];
    const result = await run(['--config', file('docs = false'), '--no-repair'], (config) =>
      seen.push(config),
    );
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(seen).toEqual([expect.objectContaining({ docs: false, repair: false })]);
  });

  it('prints what would be used, as a file that says the same', async () => {
    const { code, stdout } = await run([
      'check-config',
      '--config',
      file('[log]\nlevel = "warn"'),
      '--no-repair',
    ]);
    expect(code).toBe(0);
    const again = await run(['check-config', '--config', file(stdout)]);
    expect(again.stdout).toBe(stdout);
    const json = await run(['check-config', '--config', file(stdout), '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ log: { level: 'warn' }, repair: false, docs: true });
  });

  it('prints all that is wrong with the file, and ends as for what is invalid', async () => {
    const path = file('docs = 1\nmetrics = 2\n');
    expect(await run(['check-config', '--config', path])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `tsnetd: cannot read ${path}:1: docs: it is 1, and has to be true or false\n` +
        '  hint: Write for example: docs = true\n' +
        `tsnetd: cannot read ${path}:2: metrics: it is 2, and has to be true or false\n` +
        '  hint: Write for example: metrics = true\n',
    });
    const { stderr } = await run(['check-config', '--json', '--config', path]);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'DAEMON_CONFIG_INVALID',
      errors: [
        { line: 1, field: 'docs' },
        { line: 2, field: 'metrics' },
      ],
    });
  });

  it('ends as the kind of a failure says, with its hint and no stack, on lines of its own', async () => {
    const fail = () => {
      throw failing;
    };
    const expected = 'tsnetd: cannot do a\\u001b[2Jb: no\n  hint: Do not.\n';
    for (const command of [[], ['check-config']]) {
      expect(await run([...command, '--config', file('')], fail)).toEqual({
        code: 6,
        stdout: '',
        stderr: expected,
      });
    }
  });

  it('shows a stack of defects only when asked', async () => {
    const fail = () => {
      throw new RangeError('out of bounds');
    };
    const quiet = await run(['--config', file('')], fail);
    expect(quiet).toMatchObject({ code: 1, stderr: expect.stringContaining('out of bounds') });
    expect(quiet.stderr).not.toContain(' at ');
    expect((await run(['--config', file('')], fail, { TSNET_DEBUG: '1' })).stderr).toContain(' at ');
  });

  it('prints help', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--state-dir') });
  });
});
