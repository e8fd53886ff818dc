import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import { UsageError } from './errors.ts';

const none = { file: undefined, flags: {} };

describe('parseCommandLine', () => {
  it('runs the daemon with what the file says', () => {
    expect(parseCommandLine([])).toEqual({ action: 'run', config: none });
  });

  it('reads every flag', () => {
    const args = [
      '--config',
      '/c.toml',
      '--state-dir',
      '/s',
      '--socket=/a.sock',
      '--no-repair',
      '--log-level',
      'warn',
    ];
    const flags = { stateDir: '/s', socketPath: '/a.sock', repair: false, logLevel: 'warn' };
    expect(parseCommandLine(args)).toEqual({ action: 'run', config: { file: '/c.toml', flags } });
  });

  it('makes paths absolute, as other programs read them', () => {
    const flags = { stateDir: `${process.cwd()}/s`, socketPath: `${process.cwd()}/t/x` };
    expect(parseCommandLine(['--state-dir', 's', '--socket', './t/x'])).toEqual({
      action: 'run',
      config: { file: undefined, flags },
    });
  });

  it.each([
    [['check-config', '--config', '/c.toml', '--json']],
    [['--config', '/c.toml', 'check-config', '--json']],
  ])('reads the flags of check-config on either side of it: %j', (args) => {
    expect(parseCommandLine(args)).toEqual({
      action: 'check-config',
      config: { file: '/c.toml', flags: {} },
      json: true,
    });
  });

  it.each([['--help'], ['-h'], ['check-config', '--help'], ['--version']])('prints for %s', (...args) => {
    const result = parseCommandLine(args);
    expect(result.action === 'print' && result.text).toMatch(/tsnetd|^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['--nothing'], "unknown option '--nothing'"],
    [['start'], 'too many arguments'],
    [['--log-level', 'loud'], 'trace, debug, info'],
    [['--config'], 'argument missing'],
    [['--config', ''], 'it is no path'],
    [['--socket', `/${'x'.repeat(107)}`], 'it has 108 bytes'],
    [['--socket', '/run/'], 'it names a directory'],
    [['check-config', 'more'], 'too many arguments'],
  ])('refuses %j', (args, reason) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(
      expect.objectContaining({ kind: 'invalid', reason: expect.stringContaining(reason) }),
    );
  });
});
