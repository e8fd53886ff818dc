import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import type { Outcome } from './report.ts';
import type { Tsnet } from './tsnet.ts';

/** What is left on the host, told by programs that are not ours. Only the loopback should be. */
export async function findLeftovers(
  tsnet: Tsnet,
): Promise<readonly (readonly [what: string, outcome: Outcome])[]> {
  const links = (JSON.parse((await execa('ip', ['-json', 'link'])).stdout) as { ifname: string }[])
    .map(({ ifname }) => ifname)
    .filter((name) => name !== 'lo');
  const { stdout: ruleset } = await execa('nft', ['list', 'ruleset']);
  const namespaces = await readdir('/run/netns');
  const pools = await tsnet.read<readonly unknown[]>('ipam', 'ls');
  return [
    ['no link but the loopback (ip link)', nothing(links)],
    ['no firewall rule (nft list ruleset)', nothing(ruleset === '' ? [] : ['rules are left'])],
    ['no namespace (/run/netns)', nothing(namespaces)],
    ['no address held (tsnet ipam ls)', nothing(pools.map(String))],
  ];
}

function nothing(found: readonly string[]): Outcome {
  return { good: found.length === 0, detail: found.join(', ') };
}
