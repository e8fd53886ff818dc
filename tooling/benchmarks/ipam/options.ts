import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { orUsage, parseCount, parseList } from '../shared/arguments.ts';
import type { PublishOptions } from '../shared/publish.ts';

/** What one run of the benchmark measures. */
export interface Options extends PublishOptions {
  /** Addresses taken in a /16, in rising order. */
  readonly points: readonly number[];
  /** Addresses taken in an IPv6 /64; 0 leaves this point out. */
  readonly ipv6: number;
  /** Addresses taken in a /8; 0 leaves this point out. */
  readonly largest: number;
  /** Rounds at each point; in each, {@link burst} addresses are leased one by one, and released. */
  readonly rounds: number;
  readonly burst: number;
  /** How often each whole process runs; 0 leaves this part out. */
  readonly processes: number;
  /** Rounds of one second in which processes lease as fast as they can; 0 leaves this part out. */
  readonly seconds: number;
  /** The peer's program; undefined leaves it out. */
  readonly hostLocal: string | undefined;
  /** Where the files of both sides lie. */
  readonly directory: string;
}

const usage = `run.ts [OPTION...]

  --points LIST       addresses taken in a /16 (0,1000,10000,60000)
  --ipv6 N            addresses taken in an IPv6 /64 (1000000); 0 leaves it out
  --largest N         addresses taken in a /8 (16000000); 0 leaves it out
  --rounds N          rounds at each point (20)
  --burst N           addresses leased one by one in a round (500)
  --processes N       runs of each whole process (20); 0 leaves them out
  --seconds N         seconds of leasing at full speed, in each setting (5); 0 leaves it out
  --host-local FILE   the peer (/usr/lib/cni/host-local); "none" leaves it out
  --directory DIR     where files are made (${tmpdir()})
  --json FILE         write all figures there
  --markdown          print tables as Markdown`;

/** Reads the arguments; prints the usage and ends the process where they make no sense. */
export function parseOptions(args: readonly string[]): Options {
  return orUsage(usage, () => {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        points: { type: 'string', default: '0,1000,10000,60000' },
        ipv6: { type: 'string', default: '1000000' },
        largest: { type: 'string', default: '16000000' },
        rounds: { type: 'string', default: '20' },
        burst: { type: 'string', default: '500' },
        processes: { type: 'string', default: '20' },
        seconds: { type: 'string', default: '5' },
        'host-local': { type: 'string', default: '/usr/lib/cni/host-local' },
        directory: { type: 'string', default: tmpdir() },
        json: { type: 'string' },
        markdown: { type: 'boolean', default: false },
      },
    });
    const hostLocal = values['host-local'];
    return {
      points: parseList(values.points, 0),
      ipv6: parseCount(values.ipv6, 0),
      largest: parseCount(values.largest, 0),
      rounds: parseCount(values.rounds, 1),
      burst: parseCount(values.burst, 1),
      processes: parseCount(values.processes, 0),
      seconds: parseCount(values.seconds, 0),
      hostLocal: hostLocal === 'none' ? undefined : hostLocal,
      directory: values.directory,
      json: values.json,
      markdown: values.markdown,
    };
  });
}
