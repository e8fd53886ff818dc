import { progress } from '../shared/progress.ts';
import { summarize } from '../shared/statistics.ts';
import type { Options } from './options.ts';
import { reasonOf } from './reason.ts';
import type { DockerResult, DockerWay } from './results.ts';
import type { PairSample } from './samples.ts';
import { type Subjects, startDaemon, withSubjects } from './subjects.ts';
import { tsnetCommand } from './tsnet-command.ts';

/** Rounds that are not counted. */
const WARM_UP = 2;

type Pair = Pick<PairSample, 'connect' | 'disconnect'>;

/** One way to connect something and to disconnect it again. */
interface Way {
  readonly way: DockerWay;
  readonly pairs: Pair[];
  readonly run: () => Promise<Pair>;
  failure: string | undefined;
}

/** A container of a real dockerd, and a sandbox of ours, each connected and disconnected by command and by API, in turns. */
export function measureDocker({ dockerRounds }: Options): Promise<DockerResult> {
  return withSubjects(async (subjects) => {
    const ways = [...(await docker(subjects)), ...(await tsnet(subjects))];
    for (let round = 0; round < WARM_UP + dockerRounds; round++) {
      for (const way of ways) {
        if (way.failure !== undefined) continue;
        try {
          const pair = await way.run();
          if (round >= WARM_UP) way.pairs.push(pair);
        } catch (error) {
          way.failure = reasonOf(error);
          progress(`  ${way.way}: ${way.failure}`);
        }
      }
    }
    return { ways: ways.map(({ way, pairs, failure }) => ({ way, failure, summaries: summariesOf(pairs) })) };
  });
}

async function docker({ onDockerHost }: Subjects): Promise<readonly Way[]> {
  const host = onDockerHost('docker-subject.ts');
  let failure: string | undefined;
  try {
    await host.call('start');
  } catch (error) {
    failure = reasonOf(error);
    progress(`  without dockerd: ${failure}`);
  }
  const by = (method: 'command' | 'ask') => async () => ({
    connect: await host.call<number>(method, 'connect'),
    disconnect: await host.call<number>(method, 'disconnect'),
  });
  return [
    { way: 'docker command', pairs: [], run: by('command'), failure },
    { way: 'dockerd API', pairs: [], run: by('ask'), failure },
  ];
}

async function tsnet(subjects: Subjects): Promise<readonly Way[]> {
  const { daemon, socket, connector } = await startDaemon(subjects);
  await connector.call('setUp', 1, 1);
  const command = (verb: string) =>
    daemon.call<number>('time', tsnetCommand(socket, 'network', verb, 'bench0', 's0'));
  return [
    {
      way: 'tsnet command',
      pairs: [],
      run: async () => ({ connect: await command('connect'), disconnect: await command('disconnect') }),
      failure: undefined,
    },
    { way: 'tsnetd API', pairs: [], run: () => connector.call<Pair>('pair'), failure: undefined },
  ];
}

function summariesOf(pairs: readonly Pair[]) {
  if (pairs.length === 0) return undefined;
  return {
    connect: summarize(pairs.map(({ connect }) => connect)),
    disconnect: summarize(pairs.map(({ disconnect }) => disconnect)),
  };
}
