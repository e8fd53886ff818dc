import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../shared/machine.ts';
import { progress } from '../shared/progress.ts';
import { publish } from '../shared/publish.ts';
import { fillsOf } from './fill.ts';
import { type FilledStore, fillStore } from './fill-store.ts';
import { measurePoints } from './measure-points.ts';
import { measureProcesses } from './measure-processes.ts';
import { measureThroughput } from './measure-throughput.ts';
import { parseOptions } from './options.ts';
import { tablesOf } from './report.ts';
import type { Results } from './results.ts';

const options = parseOptions(process.argv.slice(2));
const machine = describeMachine({ 'CNI plugins': 'containernetworking-plugins' });
const directory = mkdtempSync(join(options.directory, 'tsnet-bench-'));
try {
  const stores: FilledStore[] = [];
  for (const [index, fill] of fillsOf(options).entries()) {
    const store = await fillStore(join(directory, `fill-${index}.db`), fill);
    progress(`${fill.name} after ${store.seconds.toFixed(1)} s`);
    stores.push(store);
  }
  const results: Results = {
    machine,
    points: await measurePoints(stores, options),
    throughput: await measureThroughput(directory, options),
    ...measureProcesses(stores, directory, options),
  };
  publish(tablesOf(results), results, options);
} finally {
  rmSync(directory, { recursive: true });
}
