import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './src/checkout.mjs';
import { describeFailure, StepFailure } from './src/failure.mjs';
import { runInForeground } from './src/run.mjs';
import { toolchainEnvironment } from './src/toolchain.mjs';

// node tooling/setup/with-toolchain.mjs COMMAND [ARGUMENT...]: runs it with the pinned tools first on its path.
async function main() {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined)
    throw new StepFailure('usage: with-toolchain.mjs COMMAND [ARGUMENT...]', { exitCode: 2 });
  if (!existsSync(join(root, 'node_modules/.modules.yaml'))) {
    throw new StepFailure('this checkout is not set up: run `npm test` once');
  }
  return runInForeground(command, args, toolchainEnvironment());
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
