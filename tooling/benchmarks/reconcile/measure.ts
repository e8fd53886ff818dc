import { join } from 'node:path';
import { progress } from '../shared/progress.ts';
import { Remote } from '../shared/remote.ts';
import { summarize } from '../shared/statistics.ts';
import { declarationOf } from './declaration.ts';
import type { Options } from './options.ts';
import type { Results } from './results.ts';

const inPrivateHost = join(import.meta.dirname, '../../testing/bin/in-private-host');

/** Rounds that are not counted: code is compiled, and caches are filled. */
const WARM_UP = 2;

const BURST = 10;

/** Reconciles a host that is whole, and one that has lost its rules, in turns with `nft`. */
export async function measureReconcile({
  networks,
  endpoints,
  ports,
  rounds,
}: Options): Promise<Pick<Results, 'healthy' | 'flushed' | 'nft'>> {
  progress(`${endpoints} endpoints on ${networks} networks`);
  const subject = remote('host-subject.ts');
  await subject.call('setUp', networks, endpoints, ports);
  const healthy: number[] = [];
  const flushed: number[] = [];
  const list: number[] = [];
  const load: number[] = [];
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    healthy.push(await subject.call('reconcileHealthy'));
    flushed.push(await subject.call('reconcileFlushed'));
    const byNft = await subject.call<{ list: number; load: number }>('reloadByNft');
    list.push(byNft.list);
    load.push(byNft.load);
  }
  await subject.close();
  return {
    healthy: summarize(healthy.slice(WARM_UP)),
    flushed: summarize(flushed.slice(WARM_UP)),
    nft: { list: summarize(list.slice(WARM_UP)), load: summarize(load.slice(WARM_UP)) },
  };
}

/** Applies a file from nothing, and takes it down again, by the command as a user runs it. */
export async function measureApply({
  networks,
  applied,
  applies,
}: Options): Promise<Pick<Results, 'apply' | 'destroy'>> {
  if (applies === 0) return { apply: undefined, destroy: undefined };
  progress(`apply of ${networks} networks with ${applied} endpoints`);
  const subject = remote('host-subject.ts');
  const samples: { readonly apply: number; readonly destroy: number }[] = [];
  for (let round = 0; round < applies; round += 1) {
    samples.push(await subject.call('apply', declarationOf(networks, applied)));
  }
  await subject.close();
  return {
    apply: summarize(samples.map(({ apply }) => apply)),
    destroy: summarize(samples.map(({ destroy }) => destroy)),
  };
}

/** Connects with the journal and without, in turns, each on a host of its own. */
export async function measureJournal({ journalRounds }: Options): Promise<Results['journal']> {
  if (journalRounds === 0) return undefined;
  progress('connects with the journal, and without');
  const ways = (['with', 'without'] as const).map((way) => ({
    subject: remote('journal-subject.ts', way),
    times: [] as number[],
  }));
  for (let round = 0; round < WARM_UP * BURST + journalRounds; round += 1) {
    for (const { subject, times } of ways) {
      const burst = await subject.call<readonly number[]>('round', BURST);
      if (round >= WARM_UP * BURST) times.push(...burst);
    }
  }
  for (const { subject } of ways) await subject.close();
  const [journaled, plain] = ways.map(({ times }) => summarize(times));
  return journaled && plain && { with: journaled, without: plain };
}

function remote(script: string, ...args: readonly string[]): Remote {
  return new Remote([inPrivateHost, process.execPath, join(import.meta.dirname, script), ...args]);
}
