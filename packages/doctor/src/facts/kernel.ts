import { readFileSync } from 'node:fs';
import { type Linux, netnsCookie, SystemCallError } from '@tsnet/linux';

/** Which kernel it is. */
export interface KernelFacts {
  /** `6.1.0-18-amd64`. */
  readonly release: string;
  /** Whether namespaces have cookies, by which tsnet tells them apart: Linux 5.14, or a distribution's own. */
  readonly hasNetnsCookie: boolean;
}

/** Reads which kernel it is. Needs no privilege. */
export function readKernel(linux: Linux, procDirectory: string): KernelFacts {
  const release = readFileSync(`${procDirectory}/sys/kernel/osrelease`, 'utf8').trim();
  return { release, hasNetnsCookie: hasNetnsCookie(linux) };
}

function hasNetnsCookie(linux: Linux): boolean {
  try {
    netnsCookie(linux, undefined);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && error.errnoName === 'ENOPROTOOPT') return false;
    throw error;
  }
}
