import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import type { PortProtocol } from '@tsnet/core';
import { type AddressFamily, IpAddress } from '@tsnet/inet';
import { findText } from './proc-file.ts';

/** A socket of a process of the host that waits for others. */
export interface ListeningSocket {
  readonly protocol: PortProtocol;
  /** Unspecified: every address of the family, for IPv6 as a rule of both families. */
  readonly address: IpAddress;
  readonly port: number;
  /** `nginx (process 71)`; undefined where it is another user's and this one is not root. */
  readonly owner: string | undefined;
}

/** TCP_LISTEN, and TCP_CLOSE for a UDP socket that is connected to nobody (net/tcp_states.h). */
const waiting = { tcp: '0A', udp: '07' } as const;

/**
 * Reads the sockets of the thread's namespace on some of the ports; all processes are gone through for the owners only
 * when there are some. Needs no privilege but for the owners.
 */
export function readSockets(
  procDirectory: string,
  isWanted: (protocol: PortProtocol, port: number) => boolean,
): readonly ListeningSocket[] {
  const found = (['tcp', 'udp'] as const).flatMap((protocol) =>
    (['ipv4', 'ipv6'] as const).flatMap((family) => {
      const table = `${procDirectory}/thread-self/net/${protocol}${family === 'ipv6' ? '6' : ''}`;
      return parseSockets(findText(table) ?? '', protocol, family);
    }),
  );
  const wanted = found.filter(({ protocol, port }) => isWanted(protocol, port));
  const owners = wanted.length === 0 ? new Map<string, string>() : findOwners(procDirectory);
  return wanted.map(({ inode, ...socket }) => ({ ...socket, owner: owners.get(inode) }));
}

function parseSockets(text: string, protocol: PortProtocol, family: AddressFamily) {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address, port] = local.split(':');
      if (state !== waiting[protocol] || address === undefined || port === undefined) return [];
      return [{ protocol, address: parseAddress(address, family), port: Number.parseInt(port, 16), inode }];
    });
}

/** The kernel prints the words of an address as the machine has them in memory. */
function parseAddress(hexadecimal: string, family: AddressFamily): IpAddress {
  const bytes = Buffer.from(hexadecimal, 'hex');
  return IpAddress.of(
    family,
    BigInt(`0x${(endianness() === 'LE' ? bytes.swap32() : bytes).toString('hex')}`),
  );
}

/** The processes that have sockets open, by inode. */
function findOwners(procDirectory: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const pid of readdirSync(procDirectory).filter((name) => /^\d+$/.test(name))) {
    const directory = `${procDirectory}/${pid}`;
    for (const fd of orNothing(() => readdirSync(`${directory}/fd`)) ?? []) {
      const [, inode] =
        /^socket:\[(\d+)\]$/.exec(orNothing(() => readlinkSync(`${directory}/fd/${fd}`)) ?? '') ?? [];
      if (inode === undefined || owners.has(inode)) continue;
      const name = orNothing(() => readFileSync(`${directory}/comm`, 'utf8').trim()) ?? 'a process';
      owners.set(inode, `${name} (process ${pid})`);
    }
  }
  return owners;
}

/** Processes and their files vanish while they are read, and others' may not be read. */
function orNothing<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
