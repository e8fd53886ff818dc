import { describeMachine } from '../shared/machine.ts';
import { publish } from '../shared/publish.ts';
import { attempt } from './attempt.ts';
import { measureChurn } from './measure-churn.ts';
import { measureCommands } from './measure-commands.ts';
import { measureConnect } from './measure-connect.ts';
import { measureDocker } from './measure-docker.ts';
import { measureLoad } from './measure-load.ts';
import { measureStart } from './measure-start.ts';
import { measureSustained } from './measure-sustained.ts';
import { parseOptions } from './options.ts';
import { tablesOf } from './report.ts';
import type { Results } from './results.ts';

if (process.getuid?.() !== 0) {
  console.error('this benchmark makes network namespaces: run it as root');
  process.exit(4);
}
const options = parseOptions(process.argv.slice(2));
const { rounds, sustainedRounds, pairs, starts, cliRounds, churnMinutes, dockerRounds } = options;
const machine = describeMachine({
  nftables: 'nftables',
  libnftables: 'libnftables1',
  Docker: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
});
const results: Results = {
  machine,
  start: await attempt('start and idle', starts > 0, () => measureStart(options)),
  commands: await attempt('commands', cliRounds > 0, () => measureCommands(options)),
  connect: await attempt('connect by one client', rounds > 0, () => measureConnect(options)),
  sustained: await attempt('connects in a row', sustainedRounds > 0, () => measureSustained(options)),
  load: await attempt('load', pairs > 0, () => measureLoad(options)),
  churn: await attempt('churn', churnMinutes > 0, () => measureChurn(options)),
  docker: await attempt('Docker', dockerRounds > 0, () => measureDocker(options)),
};
publish(tablesOf(results), results, options);
