import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { exitCodes, StepFailure } from './failure.mjs';
import { run } from './run.mjs';
import { packagesFor } from './system-packages.mjs';

/**
 * Installs the Debian packages of a profile that are missing; touches nothing when none is. On another Linux it only
 * looks whether their programs are there.
 *
 * @param {import('./system-packages.mjs').Profile} profile
 * @returns {Promise<string>}
 */
export async function installSystemPackages(profile) {
  const wanted = packagesFor(profile);
  const names = wanted.map((entry) => entry.name);
  const status = spawnSync(
    'dpkg-query',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills these in.
    ['--show', '--showformat', '${db:Status-Abbrev} ${Package}\n', ...names],
    { encoding: 'utf8' },
  );
  if (status.error !== undefined) return lookForPrograms(wanted);

  const missing = missingPackages(names, status.stdout);
  if (missing.length > 0) await install(missing);
  return missing.length > 0 ? `installed ${missing.join(', ')}` : `${names.length} present`;
}

/**
 * Those of `names` that dpkg does not list as fully installed.
 *
 * @param {readonly string[]} names
 * @param {string} listing lines like `ii  curl`
 * @returns {string[]}
 */
export function missingPackages(names, listing) {
  const installed = new Set([...listing.matchAll(/^ii +(\S+)$/gm)].map((match) => match[1]));
  return names.filter((name) => !installed.has(name));
}

/** @param {readonly string[]} names */
async function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const hint = `Check the network and Debian's package sources, or install them yourself: apt-get install ${names.join(' ')}`;
  // Waits for whoever else is installing; keeps configuration files that somebody changed.
  const options = [
    '-o',
    'DPkg::Lock::Timeout=300',
    '-o',
    'Dpkg::Options::=--force-confold',
    '-o',
    'Acquire::Retries=3',
  ];
  const installing = () =>
    run('apt-get', [...options, 'install', '-y', '-q', '--no-install-recommends', ...names], { env, hint });

  await run('apt-get', [...options, 'update', '-q'], { env, hint });
  try {
    await installing();
  } catch (error) {
    // An earlier run was killed while dpkg was unpacking.
    if (!(error instanceof StepFailure) || !error.output.includes('dpkg --configure -a')) throw error;
    await run('dpkg', ['--configure', '-a', '--force-confold'], { env, hint });
    await installing();
  }
}

/** @param {readonly import('./system-packages.mjs').SystemPackage[]} wanted */
function lookForPrograms(wanted) {
  const missing = wanted.filter((entry) => !existsSync(entry.program));
  if (missing.length > 0) {
    throw new StepFailure(
      `this is no Debian, so nothing is installed for you, and ${missing.map((entry) => entry.program).join(', ')} is missing`,
      {
        hint: `Install what your system calls ${missing.map((entry) => entry.name).join(', ')}.`,
        exitCode: exitCodes.unsupported,
      },
    );
  }
  return `${wanted.length} present`;
}
