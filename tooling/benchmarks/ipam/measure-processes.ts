import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { progress } from '../shared/progress.ts';
import { type Summary, summarize, summarizeAll } from '../shared/statistics.ts';
import { timeProcess } from '../shared/time-process.ts';
import type { FilledStore } from './fill-store.ts';
import { HostLocal } from './host-local.ts';
import type { Options } from './options.ts';
import type { ProcessResult, Results } from './results.ts';

/** host-local reads every lease at every call: a larger fill is out of its reach. */
const HOST_LOCAL_LIMIT = 65_000;

interface Subject {
  readonly store: FilledStore;
  readonly hostLocal: HostLocal | undefined;
  readonly samples: Record<string, number>[];
}

/** Times programs that lease once and programs that release, from start to end, on stores that are there already. */
export function measureProcesses(
  stores: readonly FilledStore[],
  directory: string,
  options: Options,
): Pick<Results, 'processes' | 'emptyNode' | 'emptyProcess'> {
  if (options.processes === 0) return { processes: [], emptyNode: undefined, emptyProcess: undefined };
  const program = findHostLocal(options);
  const subjects = stores.map((store, index): Subject => {
    const { fill } = store;
    const hasPeer = program !== undefined && fill.taken <= HOST_LOCAL_LIMIT;
    const hostLocal = hasPeer
      ? new HostLocal(program, join(directory, `host-local-${index}`), fill)
      : undefined;
    return { store, hostLocal, samples: [] };
  });
  const emptyProgram = join(directory, 'empty.mjs');
  writeFileSync(emptyProgram, '');
  const emptyNode: number[] = [];
  const emptyProcess: number[] = [];
  progress(`${options.processes} runs of each whole process`);
  for (let run = 0; run < options.processes; run += 1) {
    emptyNode.push(timeProcess([process.execPath, emptyProgram]).milliseconds);
    emptyProcess.push(timeProcess(['/bin/true']).milliseconds);
    for (const { store, hostLocal, samples } of subjects) {
      samples.push({ ...runOnce(store, `once-${run}`), ...(hostLocal && runPeer(hostLocal, `once-${run}`)) });
    }
  }
  return {
    processes: subjects.map(resultOf),
    emptyNode: summarize(emptyNode),
    emptyProcess: summarize(emptyProcess),
  };
}

/** The peer's program; undefined, and said so, where there is none. */
function findHostLocal({ hostLocal }: Options): string | undefined {
  if (hostLocal === undefined || existsSync(hostLocal)) return hostLocal;
  progress(`without host-local: there is no ${hostLocal} (containernetworking-plugins)`);
  return undefined;
}

function runOnce({ file }: FilledStore, owner: string): Record<string, number> {
  const program = join(import.meta.dirname, 'lease-once.mjs');
  const command = (verb: string) => [process.execPath, program, file, verb, owner];
  const lease = timeProcess(command('lease'));
  const release = timeProcess(command('release'));
  return { lease: lease.milliseconds, release: release.milliseconds, ...JSON.parse(lease.stdout) };
}

function runPeer(hostLocal: HostLocal, owner: string): Record<string, number> {
  return { 'peer lease': hostLocal.lease(owner), 'peer release': hostLocal.release(owner) };
}

function resultOf({ store: { fill }, samples }: Subject): ProcessResult {
  const {
    lease,
    release,
    'peer lease': peerLease,
    'peer release': peerRelease,
    ...parts
  } = summarizeAll(samples);
  return {
    fill: fill.name,
    taken: fill.taken,
    lease: present(lease),
    release: present(release),
    hostLocal: peerLease && peerRelease && { lease: peerLease, release: peerRelease },
    parts,
  };
}

function present(summary: Summary | undefined): Summary {
  if (summary === undefined) throw new RangeError('nothing was measured');
  return summary;
}
