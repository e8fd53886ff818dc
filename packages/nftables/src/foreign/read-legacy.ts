import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import type { Linux } from '@tsnet/linux';
import type { FirewallTable } from './firewall-table.ts';
import { decodeLegacyChains } from './legacy-entries.ts';

const SOCK_RAW = 3;
const IPPROTO_RAW = 255;
/** IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES, and IP6T_ the same (linux/netfilter_ipv4/ip_tables.h). */
const GET_INFO = 64;
const GET_ENTRIES = 65;
/** struct ipt_getinfo: name, valid hooks, first entries of five hooks, their policies, count, size. */
const INFO_LENGTH = 84;
const FIRST_ENTRIES = 36;
const POLICIES = 56;
const SIZE = 80;
/** struct ipt_get_entries: name, size, padding. */
const ENTRIES_HEADER = 40;
const NAME_LENGTH = 32;
/** NF_INET_FORWARD. */
const FORWARD = 2;

const littleEndian = endianness() === 'LE';

const places = {
  ip: { domain: 2, level: 0, list: 'ip_tables_names' },
  ip6: { domain: 10, level: 41, list: 'ip6_tables_names' },
} as const;

/**
 * Reads the filter tables of iptables-legacy and ip6tables-legacy in the thread's namespace. Only of those that are there: to
 * ask for another would make it. Needs CAP_NET_ADMIN and CAP_NET_RAW, and root to read which there are.
 *
 * @throws {@link SystemCallError}
 */
export function readLegacyTables(linux: Linux, procDirectory: string): readonly FirewallTable[] {
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const names = readNames(`${procDirectory}/thread-self/net/${places[family].list}`);
    return names.includes('filter') ? [readTable(linux, family)] : [];
  });
}

/** The names in a file of /proc; none where this kernel or namespace has no such file. */
function readNames(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function readTable(linux: Linux, family: keyof typeof places): FirewallTable {
  const { domain, level } = places[family];
  const name = 'filter';
  const socket = linux.socket(domain, SOCK_RAW, IPPROTO_RAW);
  try {
    const request = new Uint8Array(NAME_LENGTH + 4);
    request.set(Buffer.from(name));
    const info = viewOf(linux.getSocketOption(socket, level, GET_INFO, INFO_LENGTH, request));
    const size = info.getUint32(SIZE, littleEndian);
    new DataView(request.buffer).setUint32(NAME_LENGTH, size, littleEndian);
    const answer = linux.getSocketOption(socket, level, GET_ENTRIES, ENTRIES_HEADER + size, request);
    const forward = {
      first: info.getUint32(FIRST_ENTRIES + 4 * FORWARD, littleEndian),
      policy: info.getUint32(POLICIES + 4 * FORWARD, littleEndian),
    };
    const chains = decodeLegacyChains(family, answer.subarray(ENTRIES_HEADER), forward);
    return { backend: 'iptables-legacy', family, name, chains, sets: new Map() };
  } finally {
    linux.close(socket);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
