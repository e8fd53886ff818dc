import { describe, expect, it } from 'vitest';
import { step } from './progress.mjs';

const screen = (isTTY: boolean): { text: string; isTTY: boolean; write: (text: string) => void } => ({
  text: '',
  isTTY,
  write(text) {
    this.text += text;
  },
});

describe('step', () => {
  it('writes one line with the time and what came of it', async () => {
    const output = screen(false);
    expect(await step('pnpm', () => '12.1.0', output)).toBe('12.1.0');
    expect(output.text).toMatch(/^✓ pnpm +\d+\.\d s {2}12\.1\.0\n$/);
  });

  it('marks a failure and passes it on', async () => {
    const output = screen(false);
    const failing = step('build', () => Promise.reject(new Error('no')), output);
    await expect(failing).rejects.toThrow('no');
    expect(output.text).toMatch(/^✗ build +\d+\.\d s {2}failed\n$/);
  });

  it('shows the time of a running step on a terminal, and leaves one line behind', async () => {
    const output = screen(true);
    await step('wait', () => new Promise<void>((resolve) => setTimeout(resolve, 250)), output);
    const frames = output.text.split('\r\u001b[K').filter((frame) => frame !== '');
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.filter((frame) => frame.endsWith('\n'))).toHaveLength(1);
    expect(frames.at(-1)).toMatch(/^✓ wait/);
  });
});
