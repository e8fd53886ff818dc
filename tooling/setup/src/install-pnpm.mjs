import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, pnpmFolder, pnpmVersion } from './checkout.mjs';
import { StepFailure } from './failure.mjs';
import { run } from './run.mjs';
import { toolchainEnvironment } from './toolchain.mjs';

const hint = 'Check that `npm view pnpm` answers: the network, a proxy, or the registry in your .npmrc.';

/**
 * Puts the pnpm that the root manifest names into a folder of its own inside the checkout.
 *
 * @returns {Promise<string>}
 */
export async function installPnpm() {
  const version = pnpmVersion();
  const folder = pnpmFolder();
  if (installedVersion(folder) === version) return version;

  // Built aside and renamed, so that a killed run never leaves half a pnpm under the final name.
  const partial = `${folder}.partial`;
  const downloads = join(cache, 'npm');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const flags = [
    '--prefix',
    partial,
    '--cache',
    downloads,
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
    '--loglevel=error',
  ];
  const env = toolchainEnvironment();
  await run('npm', ['install', ...flags, `pnpm@${version}`], { cwd: partial, env, hint });
  await linkNativeBinary(join(partial, 'node_modules/pnpm'));

  const found = installedVersion(partial);
  if (found !== version)
    throw new StepFailure(`npm brought pnpm ${found ?? 'that does not run'} instead of ${version}`, { hint });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  rmSync(downloads, { recursive: true, force: true });
  return `${version} installed`;
}

/**
 * pnpm's package replaces its launcher by the native program in an install script, which npm may be set to skip.
 * So npm always skips it, and it is run here.
 *
 * @param {string} packageFolder
 */
async function linkNativeBinary(packageFolder) {
  const script = join(packageFolder, 'install.js');
  if (existsSync(script))
    await run(process.execPath, [script], { cwd: packageFolder, env: toolchainEnvironment(), hint });
}

/** @param {string} folder */
function installedVersion(folder) {
  const env = { ...toolchainEnvironment(), PATH: process.env.PATH };
  // Elsewhere than in the checkout, where its manifest would make another pnpm fetch the right one by itself.
  const result = spawnSync(join(folder, 'node_modules/.bin/pnpm'), ['--version'], {
    cwd: '/',
    env,
    encoding: 'utf8',
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
