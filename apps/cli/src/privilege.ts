import { readFileSync } from 'node:fs';
import { PrivilegeError } from './errors.ts';

/** Bits of the capabilities that changing networks needs: linux/capability.h. */
const needed = { CAP_NET_ADMIN: 12n, CAP_NET_RAW: 13n, CAP_SYS_ADMIN: 21n } as const;

/**
 * Makes sure that this process may change networks and enter namespaces, before anything is touched.
 *
 * @throws {@link PrivilegeError}
 */
export function requirePrivilege(command: string): void {
  const missing = missingCapabilities();
  if (missing.length > 0) throw new PrivilegeError(`"${command}"`, missing);
}

/** Whether {@link requirePrivilege} would pass. */
export function hasPrivilege(): boolean {
  return missingCapabilities().length === 0;
}

function missingCapabilities(): readonly string[] {
  const effective = effectiveCapabilities();
  return Object.entries(needed).flatMap(([name, bit]) => ((effective >> bit) & 1n ? [] : [name]));
}

/** The mask in /proc/self/status: proc_pid_status(5). */
function effectiveCapabilities(): bigint {
  const [, mask = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return BigInt(`0x${mask}`);
}
