import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * node tooling/benchmarks/main.ts [TOPIC...] [-- ARGUMENT...]
 *
 * Runs the benchmark of each topic, one after the other so that none disturbs the next; all of them when none is
 * named. A topic is a folder beside this file that holds a run.ts, which gets the arguments after `--`.
 */
const topics = globSync('*/run.ts', { cwd: import.meta.dirname })
  .map(dirname)
  .sort();
const separator = process.argv.indexOf('--', 2);
const named = process.argv.slice(2, separator === -1 ? undefined : separator);
const passedOn = separator === -1 ? [] : process.argv.slice(separator + 1);

const unknown = named.filter((topic) => !topics.includes(topic));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are: ${topics.join(', ') || 'none yet'}`);
  process.exit(2);
}

const failed = (named.length > 0 ? named : topics).filter((topic) => {
  console.log(`\n${topic}`);
  const script = join(import.meta.dirname, topic, 'run.ts');
  return spawnSync(process.execPath, [script, ...passedOn], { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
