import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../src/config/config-schema.ts';
import { loadConfig } from '../src/config/load-config.ts';

it('has a README that shows every setting with its default', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const [, text = ''] = /```toml\n(.*?)```/s.exec(readme) ?? [];
  const directory = mkdtempSync(join(tmpdir(), 'tsnetd-readme-'));
  const file = join(directory, 'tsnetd.toml');
  writeFileSync(file, text);
  const shown = await loadConfig({ file, flags: {} });
  const defaults = await loadConfig({ file: undefined, flags: {} }, join(directory, 'absent'));
  rmSync(directory, { recursive: true });
  expect({ ...shown, tcp: undefined }).toEqual(defaults);
  const names = Object.values(configSchema.properties).flatMap((schema) =>
    'properties' in schema ? Object.keys(schema.properties) : [],
  );
  const written = [...Object.keys(configSchema.properties), ...names].filter((name) => name !== 'tls');
  expect(written.filter((name) => !new RegExp(`^\\[?${name}\\b`, 'm').test(text))).toEqual([]);
});
