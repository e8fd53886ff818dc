import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeKernel } from '@tsnet/tooling-testing/kernel';
import { describe, expect, it } from 'vitest';
import { describeExitCodes } from '../../src/exit-code.ts';
import { TestHost } from '../testing/test-host.ts';
import { mainPath } from '../testing/tsnet.ts';

const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
const blocks = [...readme.matchAll(/```(sh|text)\n(.*?)```/gs)].map(([, language, body = '']) => ({
  language,
  body,
}));
const scripts = blocks.filter(({ language, body }) => language === 'sh' && body.startsWith('tsnet '));
const shown = blocks.filter(
  ({ language, body }) => language === 'text' && /^( {2}interface|tsnet network create)/.test(body),
);

describeKernel('the README', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('has examples that run as they stand, print what it shows, and leave nothing', async () => {
    expect(scripts).toHaveLength(5);
    await using host = await TestHost.open();
    let printed = '';
    for (const { body } of scripts) {
      const tsnet = `tsnet() { "${process.execPath}" "${mainPath}" --state-dir "${host.stateDirectory}" "$@"; }`;
      const { exitCode, stdout, stderr } = await host.run('sh', ['-ec', `${tsnet}\n${body}`]);
      expect({ exitCode, stderr: stderr.replace(/^run-.*$/gm, '') }).toEqual({ exitCode: 0, stderr: '' });
      printed += `${stdout}\n`;
    }
    expect(shown).toHaveLength(2);
    for (const { body } of shown) expect(printed).toContain(body);
    expect(printed).toMatch(/^eth0@if\d+ +UP +10\.1\.0\.2\/24/m);
    expect(printed).toMatch(/^default via 10\.\d+\.\d+\.1 dev eth0/m);
    expect(await host.links()).toEqual([]);
    expect(await host.tables()).toEqual([]);
  });
});

describeKernel('the README on files', { needs: ['netns', 'bridge', 'veth', 'nftables'] }, () => {
  it('has an example that runs as it stands, prints what it shows, and leaves nothing', async () => {
    const script = blocks.find(({ body }) => body.startsWith('cat > shop.yaml'))?.body ?? '';
    const plan = blocks.find(({ body }) => body.startsWith('project shop'))?.body ?? '';
    await using host = await TestHost.open();
    const tsnet = `tsnet() { "${process.execPath}" "${mainPath}" --state-dir "${host.stateDirectory}" "$@"; }`;
    const { exitCode, stdout } = await host.run('sh', [
      '-ec',
      `cd "${host.stateDirectory}"\n${tsnet}\n${script}`,
    ]);
    const results = ['3 created', 'nothing to do', '3 removed'].map((text) => `project shop: ${text}\n`);
    expect({ exitCode, stdout: `${stdout}\n` }).toEqual({ exitCode: 0, stdout: [plan, ...results].join('') });
    expect(await host.links()).toEqual([]);
    expect(await host.tables()).toEqual([]);
  });
});

describe('the README', () => {
  it('has the same exit codes as the help', () => {
    const rows = [...readme.matchAll(/^\| (\d+) \| (?:`(.+)`)? *\| (.+) \|$/gm)].map(
      ([, code, kind = '', meaning]) => [code, kind, meaning].filter((cell) => cell !== '').join(' '),
    );
    const help = describeExitCodes()
      .split('\n')
      .map((line) => line.trim().replace(/ {2,}/g, ' '));
    expect(rows).toEqual(help);
  });
});
