import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { pnpmFolder, root } from './checkout.mjs';
import { exitCodes, StepFailure } from './failure.mjs';

/** The oldest Node.js that runs TypeScript as it stands, for machines that the pinned one is not built for. */
const oldestNode = [22, 18];

/**
 * The environment in which every tool of this repository runs: the pinned Node.js and pnpm come first on the path,
 * tools do not phone home, and nothing that `npm start` told its own child is taken for a setting.
 *
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolchainEnvironment(base = process.env) {
  const kept = Object.entries(base).filter(
    ([name]) => !/^npm_(lifecycle|package|command|execpath|config_local_prefix)/.test(name),
  );
  const path = [join(root, 'node_modules/.bin'), join(pnpmFolder(), 'node_modules/.bin'), base.PATH ?? ''];
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    TURBO_CONFIG_DIR_PATH: join(root, '.cache/turbo-config'),
    DO_NOT_TRACK: '1',
  };
}

/**
 * The version of the Node.js that the toolchain's path leads to: the pinned one wherever it is built for the machine.
 *
 * @returns {string}
 */
export function toolchainNode() {
  const result = spawnSync('node', ['--version'], { env: toolchainEnvironment(), encoding: 'utf8' });
  const version = /^v(\d+)\.(\d+)\.\d+/.exec(result.stdout ?? '');
  if (version === null) {
    throw new StepFailure('the pinned Node.js does not run on this machine', {
      hint: 'It needs a Linux with glibc 2.28 or newer.',
      output: result.stderr ?? '',
      exitCode: exitCodes.unsupported,
    });
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [oldestMajor, oldestMinor] = /** @type {[number, number]} */ (oldestNode);
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new StepFailure(
      `the pinned Node.js is built for x64 only, and this ${process.arch} machine has ${version[0]}`,
      {
        hint: `Install Node.js ${oldestNode.join('.')} or newer and run this again.`,
        exitCode: exitCodes.unsupported,
      },
    );
  }
  return version[0].slice(1);
}
