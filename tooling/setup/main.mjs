import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache } from './src/checkout.mjs';
import { describeFailure, StepFailure } from './src/failure.mjs';
import { checkMachine } from './src/machine.mjs';
import { step } from './src/progress.mjs';
import { runInForeground } from './src/run.mjs';
import { setUp } from './src/set-up.mjs';
import { profiles } from './src/system-packages.mjs';
import { toolchainEnvironment } from './src/toolchain.mjs';

/*
 * node tooling/setup/main.mjs PROFILE [-- COMMAND ...]
 *
 * Sets the machine up for PROFILE, then runs COMMAND with the pinned tools first on its path. Runs on any Node.js
 * from 20 on, with nothing installed.
 */
const [profileName, separator, ...command] = process.argv.slice(2);
const underLock = separator === '--under-lock';

/** @returns {Promise<number>} */
async function main() {
  const profile = profiles.find((name) => name === profileName);
  if (profile === undefined || (separator !== undefined && separator !== '--' && !underLock)) {
    throw new StepFailure(`usage: main.mjs ${profiles.join('|')} [-- COMMAND ...]`, { exitCode: 2 });
  }
  const machine = checkMachine();
  if (underLock) {
    await step('machine', () => machine);
    await setUp(profile);
    return 0;
  }
  const code = await repeatUnderLock(profile);
  const [program, ...args] = command;
  return code !== 0 || program === undefined ? code : runInForeground(program, args, toolchainEnvironment());
}

/**
 * Two set-ups must not work on one checkout together. The kernel holds the lock for as long as the set-up or any
 * program that it started lives, so a killed one leaves nothing to clean up.
 *
 * @param {string} profile
 */
async function repeatUnderLock(profile) {
  const busy = 75;
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, 'setup.lock');
  // Without a fork, the signals that end this program reach the set-up itself.
  const again = [
    '--no-fork',
    lock,
    process.execPath,
    fileURLToPath(import.meta.url),
    profile,
    '--under-lock',
  ];
  const code = await runInForeground('flock', ['--nonblock', '--conflict-exit-code', String(busy), ...again]);
  if (code !== busy) return code;
  console.log('another set-up is at work in this checkout; waiting for it');
  return runInForeground('flock', again);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(describeFailure(error));
    process.exitCode = error instanceof StepFailure ? error.exitCode : 1;
  },
);
