import { parseArgs } from 'node:util';
import { orUsage, parseCount } from '../shared/arguments.ts';
import type { PublishOptions } from '../shared/publish.ts';

/** What one run of the benchmark measures. */
export interface Options extends PublishOptions {
  readonly networks: number;
  /** Endpoints of all networks together. */
  readonly endpoints: number;
  /** Published ports of each endpoint. */
  readonly ports: number;
  /** How often a host is reconciled, whole and flushed. */
  readonly rounds: number;
  /** Endpoints that a file is applied with, from nothing, on as many networks. */
  readonly applied: number;
  /** How often a file is applied; 0 leaves this part out. */
  readonly applies: number;
  /** Rounds of ten connects with the journal, and of ten without; 0 leaves this part out. */
  readonly journalRounds: number;
}

const usage = `run.ts [OPTION...]

  --networks N        networks (50)
  --endpoints N       endpoints, on all networks together (1000)
  --ports N           published ports of each endpoint (2)
  --rounds N          how often each state of the host is reconciled (12)
  --applied N         endpoints in the file that is applied (500)
  --applies N         how often it is applied (6); 0 leaves it out
  --journal-rounds N  rounds of ten connects with the journal, and of ten without (40); 0 leaves it out
  --json FILE         write all figures there
  --markdown          print tables as Markdown`;

/** Reads the arguments; prints the usage and ends the process where they make no sense. */
export function parseOptions(args: readonly string[]): Options {
  return orUsage(usage, () => {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        networks: { type: 'string', default: '50' },
        endpoints: { type: 'string', default: '1000' },
        ports: { type: 'string', default: '2' },
        rounds: { type: 'string', default: '12' },
        applied: { type: 'string', default: '500' },
        applies: { type: 'string', default: '6' },
        'journal-rounds': { type: 'string', default: '40' },
        json: { type: 'string' },
        markdown: { type: 'boolean', default: false },
      },
    });
    return {
      networks: parseCount(values.networks, 1),
      endpoints: parseCount(values.endpoints, 1),
      ports: parseCount(values.ports, 0),
      rounds: parseCount(values.rounds, 1),
      applied: parseCount(values.applied, 1),
      applies: parseCount(values.applies, 0),
      journalRounds: parseCount(values['journal-rounds'], 0),
      json: values.json,
      markdown: values.markdown,
    };
  });
}
