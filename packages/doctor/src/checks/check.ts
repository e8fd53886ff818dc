import type { HostFacts } from '../facts/host-facts.ts';
import type { HostFinding } from '../finding.ts';

/** Looks at facts, and at nothing else. What could not be read is passed over. */
export type Check = (facts: HostFacts) => readonly HostFinding[];
