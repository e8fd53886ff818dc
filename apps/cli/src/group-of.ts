import { readFileSync, statSync } from 'node:fs';

/** The name of the group that owns a file; its number where it has no name, undefined where it cannot be told. */
export function groupOf(path: string): string | undefined {
  try {
    const { gid } = statSync(path);
    const lines = readFileSync('/etc/group', 'utf8').split('\n');
    const [name = `${gid}`] = lines.map((line) => line.split(':')).find(([, , id]) => id === `${gid}`) ?? [];
    return name;
  } catch {
    // A directory on the way that may not be entered: only the system's manager knows more.
    return undefined;
  }
}
