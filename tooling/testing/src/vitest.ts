import type { ViteUserConfig } from 'vitest/config';

/** Where each package's report is written, relative to the package. */
export const reportPath = '.cache/vitest.json';

/**
 * The Vitest settings of every package in this repository, for its `vitest.config.ts`:
 *
 * ```ts
 * import { packageTests } from '@tsnet/tooling-testing/vitest';
 * export default packageTests();
 * ```
 *
 * Kernel tests (`test/kernel/**`) run one file at a time, each in a process of its own, because a namespace is a
 * property of a thread and its timings are the kernel's. All other tests are unit tests and run in parallel.
 * A JSON report is written where a machine will read it: in CI, or when `TSNET_REPORT` is set.
 */
export function packageTests(environment: NodeJS.ProcessEnv = process.env): ViteUserConfig {
  const reported = [environment.CI, environment.TSNET_REPORT].some((value) => value);
  return {
    test: {
      reporters: reported ? ['default', 'json'] : ['default'],
      outputFile: { json: reportPath },
      projects: [
        {
          test: {
            name: 'unit',
            include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
            exclude: ['test/kernel/**'],
            testTimeout: 15_000,
            sequence: { groupOrder: 0 },
          },
        },
        {
          test: {
            name: 'kernel',
            include: ['test/kernel/**/*.test.ts'],
            pool: 'forks',
            maxWorkers: 1,
            testTimeout: 30_000,
            hookTimeout: 30_000,
            sequence: { groupOrder: 1 },
          },
        },
      ],
    },
  };
}
