import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { compare, type Holdings, replay } from './history.ts';
import { inspectFile } from './inspect-file.ts';
import { randomFrom } from './random.ts';
import { SharedFile } from './shared-file.ts';
import { testSeed } from './test-seed.ts';
import { Worker } from './worker.ts';

const ROUNDS = 200;
const WORKERS = 3;
/** Milliseconds from the start of a round in which its workers are killed: some are still opening the file. */
const WINDOW = 40;

it('a file outlives 200 rounds of kill -9 with every acknowledged operation in it and no other', {
  timeout: 300_000,
}, async () => {
  const seed = testSeed();
  const random = randomFrom(seed);
  await using shared = await SharedFile.create();
  const start = (round: number) => startWorkers(shared.directory, seed + round * WORKERS);

  let holdings = shared.residents;
  let acknowledged = 0;
  let next = start(0);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const workers = next;
      await Promise.all(workers.map((worker) => worker.go()));
      // The next ones start meanwhile: to start a process takes longer than the rest of a round.
      next = round + 1 < ROUNDS ? start(round + 1) : [];
      const ends = workers.map((worker) => killAfter(worker, random() * WINDOW));
      expect(await Promise.all(ends)).toEqual(workers.map(() => 'SIGKILL'));
      const outcome = await checkRound(shared.file, holdings, workers);
      holdings = outcome.holdings;
      acknowledged += outcome.acknowledged;
    }
  } finally {
    for (const worker of next) worker.kill();
  }
  expect(acknowledged).toBeGreaterThan(ROUNDS);
  expect(await shared.releaseAll()).toEqual(shared.emptyKeys);
});

/** The same owners in every round: each worker goes on with what its killed predecessor held. */
function startWorkers(directory: string, seed: number): readonly Worker[] {
  return Array.from({ length: WORKERS }, (_, index) => {
    return new Worker({ directory, owner: `worker-${index}`, operations: Infinity, seed: seed + index });
  });
}

async function killAfter(worker: Worker, milliseconds: number): Promise<number | string> {
  await setTimeout(milliseconds);
  worker.kill();
  return worker.ended;
}

async function checkRound(file: string, before: Holdings, workers: readonly Worker[]) {
  const history = replay(before, new Map(workers.map((worker) => [worker.owner, worker.readJournal()])));
  const { holdings, problems } = await inspectFile(file);
  expect([...history.problems, ...problems, ...compare(history, holdings)]).toEqual([]);
  return { holdings, acknowledged: history.acknowledged };
}
