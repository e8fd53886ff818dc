import { parseArgs } from 'node:util';
import { orUsage, parseCount, parseList } from '../shared/arguments.ts';
import type { PublishOptions } from '../shared/publish.ts';

/** What one run of the benchmark measures. */
export interface Options extends PublishOptions {
  /** How many endpoints are there already, in rising order. */
  readonly points: readonly number[];
  /** The same for the CNI plugins, whose build-up takes far longer. Empty: without them. */
  readonly peerPoints: readonly number[];
  /** Rounds at each point; in each, {@link burst} sandboxes are connected and taken down. */
  readonly rounds: number;
  readonly burst: number;
  /** Endpoints that are taken down together; 0 leaves this part out. */
  readonly together: number;
}

const usage = `run.ts [OPTION...]

  --points LIST       endpoints present, for tsnet (1,100,500,2000)
  --peer-points LIST  the same for the CNI plugins (1,100,500); "none" leaves them out
  --rounds N          rounds at each point (20)
  --burst N           sandboxes connected back to back in a round (10)
  --together N        endpoints taken down together (500); 0 leaves it out
  --json FILE         write all figures there
  --markdown          print tables as Markdown`;

/** Reads the arguments; prints the usage and ends the process where they make no sense. */
export function parseOptions(args: readonly string[]): Options {
  return orUsage(usage, () => {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        points: { type: 'string', default: '1,100,500,2000' },
        'peer-points': { type: 'string', default: '1,100,500' },
        rounds: { type: 'string', default: '20' },
        burst: { type: 'string', default: '10' },
        together: { type: 'string', default: '500' },
        json: { type: 'string' },
        markdown: { type: 'boolean', default: false },
      },
    });
    const peerPoints = values['peer-points'];
    return {
      points: parseList(values.points, 1),
      peerPoints: peerPoints === 'none' ? [] : parseList(peerPoints, 1),
      rounds: parseCount(values.rounds, 1),
      burst: parseCount(values.burst, 1),
      together: parseCount(values.together, 0),
      json: values.json,
      markdown: values.markdown,
    };
  });
}
