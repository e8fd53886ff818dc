import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

/**
 * What the figures depend on.
 *
 * @param packages - Debian packages to give the versions of, by the names that the table gives them.
 */
export function describeMachine(
  packages: Readonly<Record<string, string>>,
): Readonly<Record<string, string | number>> {
  const [processor] = cpus();
  return {
    cores: cpus().length,
    processor: processor?.model.trim() ?? 'unknown',
    kernel: release(),
    node: process.version,
    ...Object.fromEntries(Object.entries(packages).map(([name, debian]) => [name, packageVersion(debian)])),
    'load before': loadavg()[0]?.toFixed(2) ?? 'unknown',
  };
}

function packageVersion(name: string): string {
  try {
    return execFileSync('dpkg-query', ['-W', '-f', '$' + '{Version}', name], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch {
    return 'not from a Debian package';
  }
}
