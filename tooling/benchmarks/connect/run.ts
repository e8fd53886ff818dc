import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { countProcesses } from './count-processes.ts';
import { describeMachine } from './machine.ts';
import { measureShares, measureTimes, measureTogether, type NamedSubject } from './measure.ts';
import { type Options, parseOptions } from './options.ts';
import { RemoteSubject } from './remote-subject.ts';
import { tablesOf } from './report.ts';
import type { Results } from './results.ts';
import { summarize } from './statistics.ts';
import { formatMarkdown, formatText } from './table.ts';

const PROCESSES_COUNTED_OVER = 20;

async function main(options: Options): Promise<void> {
  const machine = describeMachine();
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
    emptyProcess: summarize(Array.from({ length: 50 }, timeEmptyProcess)),
  };
  const format = options.markdown ? formatMarkdown : formatText;
  for (const table of tablesOf(results)) console.log(format(table));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
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

function timeEmptyProcess(): number {
  const start = performance.now();
  spawnSync('/bin/true', { input: '' });
  return performance.now() - start;
}

if (process.getuid?.() !== 0) {
  console.error('this benchmark makes network namespaces: run it as root');
  process.exit(4);
}
await main(parseOptions(process.argv.slice(2)));
