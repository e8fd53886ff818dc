import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { StepFailure } from './failure.mjs';

const shownLines = 60;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [hint] what to do when it fails
 * @property {number} [lines] how much of the output a failure shows
 */

/**
 * Runs a command silently and resolves to what it printed. A failure carries the last lines of that.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const release = forwardSignals(child);
    let output = '';
    const collect = (/** @type {string} */ text) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);

    const fail = (/** @type {string} */ reason, /** @type {unknown} */ cause, hint = options.hint ?? '') => {
      release();
      const shown = output
        .trimEnd()
        .split('\n')
        .slice(-(options.lines ?? shownLines))
        .join('\n');
      reject(
        new StepFailure(`\`${[command, ...args].join(' ')}\` ${reason}`, {
          output: shown,
          cause,
          ...(hint === '' ? {} : { hint }),
        }),
      );
    };
    child.on('error', (error) => fail(`could not be started: ${error.message}`, error));
    child.on('close', (code, signal) => {
      // Somebody ended it: advice on what may have gone wrong would only mislead.
      if (code === null) return fail(`was ended by ${signal}`, undefined, '');
      if (code !== 0) return fail(`ended with exit code ${code}`, undefined);
      release();
      resolve(output);
    });
  });
}

/**
 * Runs a command on this process's own terminal and resolves to its exit code, as a shell counts it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: 'inherit' });
    const release = forwardSignals(child);
    child.on('error', (cause) => {
      release();
      reject(new StepFailure(`\`${command}\` could not be started: ${cause.message}`, { cause }));
    });
    child.on('exit', (code, signal) => {
      release();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Hands the signals that end a program on to the child, and lives on until the child has ended.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
