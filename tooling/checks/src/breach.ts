/** One thing that a check found wrong, at one place. */
export interface Breach {
  /** Relative to the root of the checkout. */
  readonly file: string;
  readonly line?: number;
  /** What is there. */
  readonly what: string;
  /** The rule it breaks, or what to do. */
  readonly why: string;
}

/** `packages/ipam/src/pool.ts:3: imports @tsnet/core: floor 2 may not import floor 3`. */
export function formatBreach(breach: Breach): string {
  const place = breach.line === undefined ? breach.file : `${breach.file}:${breach.line}`;
  return `${place}: ${breach.what}: ${breach.why}`;
}
