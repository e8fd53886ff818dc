import { atLeast, atMost, type Target, times } from '../shared/target.ts';
import type { PointResult, Results } from './results.ts';

const PEER = 'CNI bridge';

/** Compares a run with what tsnet is meant to reach. */
export function checkTargets(results: Results): readonly Target[] {
  return [...connectTargets(results), ...peerTargets(results), ...otherTargets(results)];
}

function connectTargets({ points, shares }: Results): readonly Target[] {
  const ours = points.filter(({ subject }) => subject === 'tsnet');
  const first = ours[0];
  const last = ours.at(-1);
  const growth = first && last && median(last, 'up') / median(first, 'up');
  return [
    ...ours.map((point) => {
      const goal = `connect with ${point.endpoints} present: at most 2.5 ms`;
      return atMost(goal, median(point, 'up'), 2.5, (value) => `${value.toFixed(2)} ms`);
    }),
    atMost(`growth from ${first?.endpoints} to ${last?.endpoints}: at most 1.5 times`, growth, 1.5, times),
    ...shares.map(({ endpoints, outsideShare }) => {
      const goal = `outside of system calls with ${endpoints} present: at most 20%`;
      return atMost(goal, outsideShare.median, 0.2, (share) => `${(share * 100).toFixed(0)}%`);
    }),
  ];
}

function peerTargets({ points }: Results): readonly Target[] {
  return (
    [
      [1, 8],
      [500, 25],
    ] as const
  ).map(([endpoints, factor]) => {
    const at = (name: string) =>
      points.find((point) => point.subject === name && point.endpoints === endpoints);
    const ours = at('tsnet');
    const theirs = at(PEER);
    const ratio = ours && theirs && median(theirs, 'up') / median(ours, 'up');
    const goal = `${PEER} (no port) over tsnet (one port) with ${endpoints} present: at least ${factor} times`;
    return atLeast(goal, ratio, factor, times);
  });
}

function otherTargets({ together, processes }: Results): readonly Target[] {
  return [
    ...together.map(({ way, endpoints, milliseconds }) =>
      atMost(
        `${endpoints} endpoints down together (${way}): under 2 s`,
        milliseconds,
        2000,
        (value) => `${(value / 1000).toFixed(2)} s`,
      ),
    ),
    atMost(
      `processes started in ${processes?.connects ?? 0} connects and disconnects: 0`,
      processes && processes.programs + processes.processes,
      0,
      String,
    ),
  ];
}

function median({ summaries }: PointResult, name: string): number {
  return summaries[name]?.median ?? Number.NaN;
}
