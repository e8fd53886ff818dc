import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

/** What the figures depend on. */
export function describeMachine(): Readonly<Record<string, string | number>> {
  const [processor] = cpus();
  return {
    cores: cpus().length,
    processor: processor?.model.trim() ?? 'unknown',
    kernel: release(),
    node: process.version,
    'CNI plugins': packageVersion('containernetworking-plugins'),
    iptables: packageVersion('iptables'),
    libnftables: packageVersion('libnftables1'),
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
