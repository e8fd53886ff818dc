import { root } from './checkout.mjs';
import { installPnpm } from './install-pnpm.mjs';
import { installSystemPackages } from './install-system-packages.mjs';
import { step } from './progress.mjs';
import { run } from './run.mjs';
import { toolchainEnvironment, toolchainNode } from './toolchain.mjs';

/**
 * Brings a machine to where a profile's command can run. Every step looks first and does only what is missing, so
 * it may be killed anywhere and run again.
 *
 * @param {import('./system-packages.mjs').Profile} profile
 */
export async function setUp(profile) {
  await step('system packages', () => installSystemPackages(profile));
  await step('pnpm', installPnpm);
  await step('dependencies', installDependencies);
  await step('Node.js for the tools', toolchainNode);
  // The checks build by themselves, so that a package that does not build is one failed check among the others.
  if (profile !== 'test') await step('build', build);
}

async function installDependencies() {
  // CI: nobody is there to ask whether an outdated node_modules may be replaced.
  const env = { ...toolchainEnvironment(), CI: 'true' };
  const output = await run('pnpm', ['install', '--frozen-lockfile'], {
    cwd: root,
    env,
    hint: 'If the lockfile is out of date, run `pnpm install` and commit it; else check that the npm registry answers.',
  });
  return /^Packages: \+(\d+)/m.exec(output)?.[1]?.concat(' installed') ?? 'up to date';
}

async function build() {
  const output = await run('turbo', ['run', 'build', '--output-logs=errors-only'], {
    cwd: root,
    env: toolchainEnvironment(),
    hint: 'A package does not build; the errors are above.',
  });
  return /^\s*Tasks:.*?(\d+) total/m.exec(output)?.[1]?.concat(' packages');
}
