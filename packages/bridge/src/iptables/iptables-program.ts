import type { Host } from '@tsnet/core';
import type { AddressFamily } from '@tsnet/inet';
import { execaSync } from 'execa';
import { IptablesMissingError, IptablesRefusedError } from '../errors.ts';
import type { ForwardPlace, IptablesVariant } from './forward-chain.ts';

/** Seconds to wait for the lock that users of iptables-legacy share. */
const LOCK_SECONDS = 10;
const OPTIONS = { reject: false, env: { LC_ALL: 'C' } } as const;
const names = { ipv4: 'iptables', ipv6: 'ip6tables' } as const satisfies Record<AddressFamily, string>;
/** How a program says which variant it is. */
const labels = { nft: 'nf_tables', legacy: 'legacy' } as const satisfies Record<IptablesVariant, string>;

/**
 * Applies lines of iptables-restore(8) to a table `filter`, all of them or none, and leaves all else in it as it is.
 *
 * @throws {@link IptablesMissingError}, {@link IptablesRefusedError}
 */
export function restore(host: Host, place: ForwardPlace, lines: readonly string[]): void {
  const program = findProgram(host, place);
  const input = `*filter\n${lines.join('\n')}\nCOMMIT\n`;
  const result = host.run(() =>
    execaSync(program, ['--noflush', '--wait', `${LOCK_SECONDS}`], { ...OPTIONS, input }),
  );
  if (result.failed)
    throw new IptablesRefusedError(program, result.stderr || `${result.shortMessage}`, result);
}

/** A program of the variant: it has a name of its own, or it is the one that goes by the plain name. */
function findProgram(host: Host, { family, variant }: ForwardPlace): string {
  const candidates = [`${names[family]}-${variant}-restore`, `${names[family]}-restore`];
  const found = candidates.find((program) => {
    const { failed, stdout } = host.run(() => execaSync(program, ['--version'], OPTIONS));
    return !failed && stdout.includes(`(${labels[variant]})`);
  });
  if (found === undefined) throw new IptablesMissingError(candidates);
  return found;
}
