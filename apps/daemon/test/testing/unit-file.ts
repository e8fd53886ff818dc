import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the units are that the package ships. */
export const unitDirectory = join(import.meta.dirname, '../../systemd');

/** The settings of a unit file by name, each with the values of all its lines: systemd.syntax(7). */
export function readUnit(name: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const line of readFileSync(join(unitDirectory, name), 'utf8').split('\n')) {
    const [, key, value = ''] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}
