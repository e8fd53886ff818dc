import { onTestFailed } from 'vitest';

/** The seed in `TSNET_TEST_SEED`, or one by chance; a test that fails prints it. */
export function testSeed(): number {
  const seed = Number(process.env.TSNET_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  onTestFailed(() => void process.stderr.write(`Try again with TSNET_TEST_SEED=${seed}.\n`));
  return seed;
}
