import { readFileSync } from 'node:fs';

/** The number of a group of this host, by /etc/group: group(5); undefined when it has none of that name. */
export function findGroupId(name: string, groupFile: string = '/etc/group'): number | undefined {
  for (const line of readFileSync(groupFile, 'utf8').split('\n')) {
    const [group, , id = ''] = line.split(':');
    if (group === name && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}
