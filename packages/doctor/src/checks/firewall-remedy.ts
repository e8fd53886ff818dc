import type { FirewallTable } from '@tsnet/nftables/foreign';
import type { HostFinding } from '../finding.ts';
import { shellWord } from './shell-word.ts';

/** The remedy of a finding. */
type Remedy = Pick<HostFinding, 'remedy' | 'commands'>;

/** Whether tsnet has its networks let through a chain by a jump of its own, unless they are told not to. */
export function isPassable({ family, name }: FirewallTable, chain: string): boolean {
  return family !== 'inet' && name === 'filter' && chain === 'FORWARD';
}

/** What lets networks through that tsnet has not let through by itself, as where the chain came after them. */
export const reconcileRemedy: Remedy = {
  remedy: 'Let tsnet add the jump by which its networks pass that chain: it came after them, or was emptied.',
  commands: ['tsnet reconcile'],
};

/** What lets networks through a chain of others, in the terms of the tool that the chain is of. */
export function firewallRemedy(table: FirewallTable, chain: string, bridges: readonly string[]): Remedy {
  const { tool, commands } = toolOf(table, chain, bridges.map(shellWord));
  return {
    remedy: `Let the bridges of networks through ${tool}; what may reach them is still decided by the table of tsnet.`,
    commands,
  };
}

function toolOf(
  table: FirewallTable,
  chain: string,
  bridges: readonly string[],
): { readonly tool: string; readonly commands: readonly string[] } {
  const { chains, family, name } = table;
  const has = (pattern: RegExp) => [...chains.keys()].some((each) => pattern.test(each));
  if (name === 'firewalld') {
    const add = bridges.map((bridge) => `firewall-cmd --permanent --zone=trusted --add-interface=${bridge}`);
    return { tool: 'firewalld', commands: [...add, 'firewall-cmd --reload'] };
  }
  if (has(/^ufw6?-before-forward$/)) {
    return {
      tool: 'ufw',
      commands: bridges.flatMap((bridge) => [
        `ufw route allow in on ${bridge}`,
        `ufw route allow out on ${bridge}`,
      ]),
    };
  }
  if (isPassable(table, chain)) {
    // Docker never empties that chain, and everything passes it first.
    const hook = has(/^DOCKER-USER$/) ? 'DOCKER-USER' : chain;
    const program = `${family === 'ip' ? 'iptables' : 'ip6tables'}${table.backend === 'nftables' ? '' : '-legacy'}`;
    return {
      tool: hook === chain ? program : 'the rules of Docker',
      commands: bridges.flatMap((bridge) => [
        `${program} -I ${hook} -i ${bridge} -j ACCEPT`,
        `${program} -I ${hook} -o ${bridge} -j ACCEPT`,
      ]),
    };
  }
  const place = `${family} ${shellWord(name)} ${shellWord(chain)}`;
  return {
    tool: 'that chain',
    commands: bridges.flatMap((bridge) => [
      `nft insert rule ${place} iifname ${bridge} accept`,
      `nft insert rule ${place} oifname ${bridge} accept`,
    ]),
  };
}
