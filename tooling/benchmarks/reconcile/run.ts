import { describeMachine } from '../shared/machine.ts';
import { publish } from '../shared/publish.ts';
import { measureApply, measureJournal, measureReconcile } from './measure.ts';
import { parseOptions } from './options.ts';
import { tablesOf } from './report.ts';
import type { Results } from './results.ts';

if (process.getuid?.() !== 0) {
  console.error('this benchmark makes network namespaces: run it as root');
  process.exit(4);
}
const options = parseOptions(process.argv.slice(2));
const { networks, endpoints, ports, applied } = options;
const results: Results = {
  machine: describeMachine({ nftables: 'nftables', libnftables: 'libnftables1' }),
  networks,
  endpoints,
  ports,
  applied,
  ...(await measureReconcile(options)),
  ...(await measureApply(options)),
  journal: await measureJournal(options),
};
publish(tablesOf(results), results, options);
