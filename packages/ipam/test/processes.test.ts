import { expect, it } from 'vitest';
import { compare, replay } from './history.ts';
import { inspectFile } from './inspect-file.ts';
import { SharedFile } from './shared-file.ts';
import { testSeed } from './test-seed.ts';
import { Worker } from './worker.ts';

const OPERATIONS = 20_000;
const WORKERS = 8;

it('eight processes on one file do 20,000 operations as if they came one after the other', {
  timeout: 180_000,
}, async () => {
  const seed = testSeed();
  await using shared = await SharedFile.create();
  const { directory } = shared;
  const workers = Array.from({ length: WORKERS }, (_, index) => {
    const operations = OPERATIONS / WORKERS;
    return new Worker({ directory, owner: `worker-${index}`, operations, seed: seed + index });
  });
  await Promise.all(workers.map((worker) => worker.go()));
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(workers.map(() => 0));

  const journals = new Map(workers.map((worker) => [worker.owner, worker.readJournal()]));
  const history = replay(shared.residents, journals);
  expect(history.problems).toEqual([]);
  expect(history.acknowledged).toBe(OPERATIONS);
  expect(history.pending.size).toBe(0);
  const { holdings, problems } = await inspectFile(shared.file);
  expect(problems).toEqual([]);
  expect(compare(history, holdings)).toEqual([]);
  expect(await shared.releaseAll()).toEqual(shared.emptyKeys);
});
