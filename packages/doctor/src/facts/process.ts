import { readFileSync } from 'node:fs';

/** What this process may do. */
export interface ProcessFacts {
  /** Effective user id; 0 is root. */
  readonly userId: number;
  /** Those of {@link neededCapabilities} that it lacks. */
  readonly missingCapabilities: readonly string[];
  /** How many files it may have open. */
  readonly openFiles: number;
}

/** What changing networks takes, with the bits of linux/capability.h. */
export const neededCapabilities = { CAP_NET_ADMIN: 12n, CAP_NET_RAW: 13n, CAP_SYS_ADMIN: 21n } as const;

/** Reads them from proc_pid_status(5) and proc_pid_limits(5). */
export function readProcess(procDirectory: string): ProcessFacts {
  const status = readFileSync(`${procDirectory}/self/status`, 'utf8');
  const [, userId = '0'] = /^Uid:\s*\d+\s+(\d+)/m.exec(status) ?? [];
  const [, mask = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  const effective = BigInt(`0x${mask}`);
  const limits = readFileSync(`${procDirectory}/self/limits`, 'utf8');
  const [, openFiles] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return {
    userId: Number(userId),
    missingCapabilities: Object.entries(neededCapabilities).flatMap(([name, bit]) =>
      (effective >> bit) & 1n ? [] : [name],
    ),
    openFiles: openFiles === undefined ? Number.POSITIVE_INFINITY : Number(openFiles),
  };
}
