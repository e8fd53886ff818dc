import type { Check } from './checks/check.ts';
import { checkBridgedFrames } from './checks/check-bridged-frames.ts';
import { checkFirewall } from './checks/check-firewall.ts';
import { checkForwarding } from './checks/check-forwarding.ts';
import { checkKernel } from './checks/check-kernel.ts';
import { checkLibraries } from './checks/check-libraries.ts';
import { checkLimits } from './checks/check-limits.ts';
import { checkPorts } from './checks/check-ports.ts';
import { checkPrivileges } from './checks/check-privileges.ts';
import { checkRoutes } from './checks/check-routes.ts';
import { checkWaysOut } from './checks/check-ways-out.ts';
import type { HostFacts } from './facts/host-facts.ts';
import type { Unread } from './facts/reading.ts';
import type { HostFinding } from './finding.ts';

/** What the checks say of a host. */
export interface Diagnosis {
  /** Problems first. */
  readonly findings: readonly HostFinding[];
  /** What could not be looked at: something may be wrong there. */
  readonly unread: readonly Unread[];
}

const checks: readonly Check[] = [
  checkPrivileges,
  checkKernel,
  checkLibraries,
  checkForwarding,
  checkFirewall,
  checkBridgedFrames,
  checkRoutes,
  checkWaysOut,
  checkPorts,
  checkLimits,
];

/** Runs every check over the facts. It is pure: the same facts give the same diagnosis. */
export function diagnose(facts: HostFacts): Diagnosis {
  const findings = checks.flatMap((check) => check(facts));
  return {
    findings: [
      ...findings.filter(({ severity }) => severity === 'problem'),
      ...findings.filter(({ severity }) => severity === 'warning'),
    ],
    unread: Object.values(facts).flatMap((reading) =>
      reading.kind === 'unread' ? [{ what: reading.what, reason: reading.reason }] : [],
    ),
  };
}
