import { parentPort, workerData } from 'node:worker_threads';
import { problemOf, routeOf } from '@tsnet/api';
import { BridgeDriver } from '@tsnet/bridge';
import { Engine, Host, readRecordChange } from '@tsnet/core';
import { SqliteStore } from '@tsnet/ipam';
import { openLinux } from '@tsnet/linux';
import { openService, outcomeDocument } from '@tsnet/service';
import { toTsnetError } from '../errors.ts';
import { observeStore, type SeenCommit } from '../events/observe-store.ts';
import { answerOf } from './answer.ts';
import { KeyedRequests } from './keyed-requests.ts';
import { madeBefore } from './made-before.ts';
import type { HostReply, HostRequest, HostThreadData } from './messages.ts';

const { stateFile, repair } = workerData as HostThreadData;

/** How often what clients have left half-done is looked for: those that hold a sandbox and were killed. */
const RECOVERY_INTERVAL_MS = 2_000;
/** How often idempotency keys that are old are forgotten. */
const PRUNING_INTERVAL_MS = 600_000;
/** How often those of what is gone are. */
const SWEEPING_INTERVAL_MS = 1_000;

type CallRequest = Extract<HostRequest, { readonly kind: 'call' }>;

void run().catch((thrown: unknown) => {
  say({ kind: 'problem', id: 0, problem: problemOf(toTsnetError(thrown)) });
  parentPort?.close();
});

async function run(): Promise<void> {
  const host = Host.open({ linux: openLinux() });
  const store = observeStore(await SqliteStore.open(stateFile), (commit) => {
    for (const id of goneIn(commit)) keyed.drop(id);
    say({ kind: 'commit', commit });
  });
  const keyed = new KeyedRequests(store);
  const driver = BridgeDriver.open({
    host,
    onFallback: (message) => say({ kind: 'remark', level: 'warn', message }),
  });
  const engine = new Engine({ host, store, drivers: [driver] });
  const api = openService({ engine, store });
  await engine.recover().catch(remark);
  // The engine ends the guard with itself.
  engine.guard({
    repairs: repair,
    onFound: (findings) => say({ kind: 'drift', notice: { type: 'found', findings } }),
    onRepaired(outcomes) {
      const told = outcomes.map((outcome) => ({ ...outcomeDocument(outcome), owner: outcome.owner }));
      say({ kind: 'drift', notice: { type: 'repaired', outcomes: told } });
    },
    onFailure: remark,
  });
  const sweeping = setInterval(() => void keyed.sweep().catch(remark), SWEEPING_INTERVAL_MS);
  const pruning = setInterval(() => void keyed.prune().catch(remark), PRUNING_INTERVAL_MS);
  const recovery = setInterval(() => void engine.recover().catch(remark), RECOVERY_INTERVAL_MS);

  parentPort?.on('message', (request: HostRequest) => {
    if (request.kind === 'close') return void close();
    answer(request).then(
      (given) => say({ kind: 'answer', id: request.id, answer: given }),
      (thrown: unknown) => {
        const error = toTsnetError(thrown);
        const problem = problemOf(error);
        const { stack } = error.kind === 'internal' ? error : {};
        say({ kind: 'problem', id: request.id, problem, ...(stack === undefined ? {} : { stack }) });
      },
    );
  });
  say({ kind: 'ready' });

  /** All that is under way ends first; the thread ends when nothing keeps it any more. */
  async function close(): Promise<void> {
    clearInterval(sweeping);
    clearInterval(pruning);
    clearInterval(recovery);
    await engine.close().catch(remark);
    parentPort?.close();
  }

  function carryOut({ name, input, options }: CallRequest): Promise<object> {
    const operation = api[name] as (input: object, options: object) => Promise<object>;
    const call = () => operation(input, options);
    const { idempotencyKey: key } = options;
    if (!routeOf(name).creates || key === undefined) return call();
    return keyed.run({ key, operation: name, input, carryOut: call, find: madeBefore(api, name, input) });
  }

  async function answer(request: Exclude<HostRequest, { readonly kind: 'close' }>) {
    switch (request.kind) {
      case 'call': {
        return answerOf(request.name, await carryOut(request));
      }
      case 'traffic':
        return engine.traffic();
      case 'ping':
        return undefined;
    }
  }
}

function say(reply: HostReply): void {
  parentPort?.postMessage(reply);
}

function remark(thrown: unknown): void {
  say({ kind: 'remark', level: 'error', message: toTsnetError(thrown).message });
}

/** The ids of networks and endpoints that a commit takes off the record. */
function goneIn({ changes }: SeenCommit): readonly string[] {
  return changes.flatMap((change) => {
    if (change.value !== undefined) return [];
    const gone = readRecordChange(change);
    return gone === undefined ? [] : [gone.id];
  });
}
