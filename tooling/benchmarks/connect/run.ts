import { existsSync } from 'node:fs';
import { describeMachine } from '../shared/machine.ts';
import { publish } from '../shared/publish.ts';
import { summarize } from '../shared/statistics.ts';
import { timeProcess } from '../shared/time-process.ts';
import { countProcesses } from './count-processes.ts';
import { measureShares, measureTimes, measureTogether, type NamedSubject } from './measure.ts';
import { type Options, parseOptions } from './options.ts';
import { RemoteSubject } from './remote-subject.ts';
import { tablesOf } from './report.ts';
import type { Results } from './results.ts';

const PROCESSES_COUNTED_OVER = 20;

async function main(options: Options): Promise<void> {
  const machine = describeMachine({
    'CNI plugins': 'containernetworking-plugins',
    iptables: 'iptables',
    libnftables: 'libnftables1',
  });
  const subjects = openSubjects(options);
  const { points, alone } = await measureTimes(subjects, options);
  for (const { subject } of subjects) await subject.close();
  const results: Results = {
    machine,
    burst: options.burst,
    points,
    alone,
    shares: await measureShares(() => new RemoteSubject('tsnet-subject.ts'), options),
    together: await measureTogether(() => new RemoteSubject('tsnet-subject.ts'), options),
    processes: countProcesses(PROCESSES_COUNTED_OVER),
    emptyProcess: summarize(Array.from({ length: 50 }, () => timeProcess(['/bin/true']).milliseconds)),
  };
  publish(tablesOf(results), results, options);
}

function openSubjects({ points, peerPoints }: Options): readonly NamedSubject[] {
  const tsnet = { name: 'tsnet', points, subject: new RemoteSubject('tsnet-subject.ts') };
  if (peerPoints.length === 0) return [tsnet];
  if (!existsSync('/usr/lib/cni/bridge')) {
    console.error('without the CNI plugins: there is no /usr/lib/cni/bridge (containernetworking-plugins)');
    return [tsnet];
  }
  return [
    tsnet,
    { name: 'CNI bridge', points: peerPoints, subject: new RemoteSubject('cni-subject.ts') },
    {
      name: 'CNI bridge, portmap',
      points: peerPoints,
      subject: new RemoteSubject('cni-subject.ts', '--port'),
    },
  ];
}

if (process.getuid?.() !== 0) {
  console.error('this benchmark makes network namespaces: run it as root');
  process.exit(4);
}
await main(parseOptions(process.argv.slice(2)));
