import { readFileSync } from 'node:fs';
import { exitCodes, StepFailure } from './failure.mjs';

const oldestNode = 20;

/** What making network namespaces takes, by its bit in a capability set (linux/capability.h). */
const capabilities = { CAP_NET_ADMIN: 12n, CAP_NET_RAW: 13n, CAP_SYS_ADMIN: 21n };

/**
 * @typedef {object} Machine
 * @property {string} platform
 * @property {string} node version, like 20.11.1
 * @property {number | undefined} userId
 * @property {() => string} processStatus the text of /proc/self/status
 * @property {() => string} osRelease the text of /etc/os-release
 */

/** @type {Machine} */
const thisMachine = {
  platform: process.platform,
  node: process.versions.node,
  userId: process.getuid?.(),
  processStatus: () => readFileSync('/proc/self/status', 'utf8'),
  osRelease: () => readFileSync('/etc/os-release', 'utf8'),
};

/**
 * Refuses, in one line and before anything is done, a machine that cannot run this. Resolves to what it is.
 *
 * @param {Machine} [machine]
 * @returns {string}
 */
export function checkMachine(machine = thisMachine) {
  if (machine.platform !== 'linux') {
    throw new StepFailure(
      `tsnet works with Linux network namespaces, and this is ${machine.platform}: run it in a Linux machine or container`,
      {
        exitCode: exitCodes.unsupported,
      },
    );
  }
  if (Number.parseInt(machine.node, 10) < oldestNode) {
    throw new StepFailure(
      `this needs Node.js ${oldestNode} or newer, and this is ${machine.node}: install a newer one`,
      {
        exitCode: exitCodes.unsupported,
      },
    );
  }
  if (machine.userId !== 0) {
    throw new StepFailure('this makes network namespaces, which takes root: run the same command with sudo', {
      exitCode: exitCodes.permission,
    });
  }
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(machine.processStatus())?.[1] ?? '0'}`);
  const missing = Object.entries(capabilities).filter(([, bit]) => ((effective >> bit) & 1n) === 0n);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(' and ');
    throw new StepFailure(
      `this makes network namespaces, and root lacks ${names} here: start the container with --privileged`,
      {
        exitCode: exitCodes.permission,
      },
    );
  }
  return `${systemName(machine)}, Node.js ${machine.node}, root`;
}

/** @param {Machine} machine */
function systemName(machine) {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(machine.osRelease())?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}
