import { parseArgs } from 'node:util';
import { orUsage, parseCount, parseList } from '../shared/arguments.ts';
import type { PublishOptions } from '../shared/publish.ts';

/** What one run of the benchmark measures. Every count but the sizes may be 0, which leaves its part out. */
export interface Options extends PublishOptions {
  /** Rounds of ten connects and disconnects, of each side, with a port and without. */
  readonly rounds: number;
  /** Clients that connect at once, one measurement for each number. */
  readonly parallel: readonly number[];
  /** Sandboxes that are connected in a row, without a disconnect. */
  readonly sustained: number;
  readonly sustainedRounds: number;
  /** Clients that connect and disconnect at once, for so many pairs in all. */
  readonly clients: number;
  readonly pairs: number;
  /** What the daemon has when it is started, and when it is idle. */
  readonly networks: number;
  readonly endpoints: number;
  readonly starts: number;
  /** Seconds that the daemon is left alone in. */
  readonly idleSeconds: number;
  /** How often each command is run. */
  readonly cliRounds: number;
  readonly churnMinutes: number;
  /** How often a container is connected and disconnected, in each way. */
  readonly dockerRounds: number;
}

const counts = {
  rounds: ['40', 'rounds of ten connects and disconnects, of each side'],
  sustained: ['1000', 'sandboxes that are connected in a row'],
  'sustained-rounds': ['3', 'how often, on each side'],
  clients: ['200', 'clients under load'],
  pairs: ['10000', 'connects and disconnects under load'],
  networks: ['50', 'networks of the daemon that is started'],
  endpoints: ['1000', 'its endpoints'],
  starts: ['10', 'how often it is started'],
  'idle-seconds': ['30', 'seconds that it is left alone in'],
  'cli-rounds': ['40', 'how often each command is run'],
  'churn-minutes': ['2', 'minutes of churn by eight clients'],
  'docker-rounds': ['20', 'how often a container is connected, in each way'],
} as const;

/** What a run without any of these gets from `--quick`. */
const quick: Readonly<Record<string, string>> = {
  rounds: '4',
  sustained: '100',
  'sustained-rounds': '1',
  clients: '50',
  pairs: '300',
  networks: '10',
  endpoints: '100',
  starts: '3',
  'idle-seconds': '5',
  'cli-rounds': '8',
  'churn-minutes': '0',
  'docker-rounds': '4',
};

/** Sizes, as opposed to how often something is done: they cannot be 0. */
const sizes: ReadonlySet<string> = new Set(['sustained', 'clients', 'networks', 'endpoints']);

const usage = `run.ts [OPTION...]

${Object.entries(counts)
  .map(
    ([name, [initial, what]]) => `  ${`--${name} N`.padEnd(21)} ${what} (${initial}; quick: ${quick[name]})`,
  )
  .join('\n')}
  --parallel N,N...     clients that connect in a row at once (16,64)
  --quick               a small run of everything but churn
  --json FILE           write all figures there
  --markdown            print tables as Markdown

0 leaves a part out.`;

/** Reads the arguments; prints the usage and ends the process where they make no sense. */
export function parseOptions(args: readonly string[]): Options {
  return orUsage(usage, () => {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        ...stringOptions(),
        parallel: { type: 'string', default: '16,64' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        markdown: { type: 'boolean', default: false },
      },
    });
    const given: Readonly<Record<string, unknown>> = values;
    const count = (name: keyof typeof counts) => {
      const [initial] = counts[name];
      const text = given[name] ?? (values.quick ? quick[name] : initial);
      return parseCount(String(text), sizes.has(name) ? 1 : 0);
    };
    return {
      rounds: count('rounds'),
      parallel: parseList(values.parallel, 1),
      sustained: count('sustained'),
      sustainedRounds: count('sustained-rounds'),
      clients: count('clients'),
      pairs: count('pairs'),
      networks: count('networks'),
      endpoints: count('endpoints'),
      starts: count('starts'),
      idleSeconds: count('idle-seconds'),
      cliRounds: count('cli-rounds'),
      churnMinutes: count('churn-minutes'),
      dockerRounds: count('docker-rounds'),
      json: values.json,
      markdown: values.markdown,
    };
  });
}

function stringOptions(): Record<string, { readonly type: 'string' }> {
  return Object.fromEntries(Object.keys(counts).map((name) => [name, { type: 'string' }]));
}
