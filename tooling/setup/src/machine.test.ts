import { describe, expect, it } from 'vitest';
import { checkMachine } from './machine.mjs';

const capable = '\nCapEff:\t000001ffffffffff\n';
const machine = {
  platform: 'linux',
  node: '20.11.1',
  userId: 0 as number | undefined,
  processStatus: () => capable,
  osRelease: () => 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
};

const refusal = (changes: Partial<typeof machine>): { message: string; exitCode: number } => {
  try {
    checkMachine({ ...machine, ...changes });
  } catch (error) {
    return error as { message: string; exitCode: number };
  }
  throw new Error('the machine was accepted');
};

describe('checkMachine', () => {
  it('describes a machine that will do', () => {
    expect(checkMachine(machine)).toBe('Debian GNU/Linux 12 (bookworm), Node.js 20.11.1, root');
  });

  it('needs no os-release file', () => {
    const osRelease = (): string => {
      throw new Error('ENOENT');
    };
    expect(checkMachine({ ...machine, osRelease })).toMatch(/^Linux, /);
  });

  it('refuses another system and an old Node.js with exit code 3', () => {
    expect(refusal({ platform: 'darwin' })).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('darwin'),
    });
    expect(refusal({ node: '18.20.0' })).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('18.20.0'),
    });
  });

  it('refuses anybody but root with exit code 4, in one line that says what to do', () => {
    const { message, exitCode } = refusal({ userId: 1000 });
    expect(exitCode).toBe(4);
    expect(message).toContain('sudo');
    expect(message).not.toContain('\n');
  });

  it('names the capability that a confined root lacks', () => {
    const { message, exitCode } = refusal({ processStatus: () => 'CapEff:\t00000000a80425fb\n' });
    expect(exitCode).toBe(4);
    expect(message).toContain('CAP_NET_ADMIN and CAP_SYS_ADMIN');
  });
});
