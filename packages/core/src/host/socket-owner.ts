import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { PortProtocol } from '../model/port.ts';
import type { Host } from './host.ts';

const TCP_LISTEN = '0A';

/**
 * Names the process that has a port of the host, for a message: `nginx (process 71)`. It reads all of
 * /proc: call it only when an operation has failed. Processes of others are seen by root alone.
 */
export function describeSocketOwner(host: Host, protocol: PortProtocol, port: number): string {
  const inode = host.run(() => findSocketInode(`${host.procDirectory}/thread-self/net`, protocol, port));
  const pid = inode === undefined ? undefined : findProcess(host.procDirectory, inode);
  if (pid === undefined) return 'a process of the host';
  return `${attempt(() => readFileSync(`${host.procDirectory}/${pid}/comm`, 'utf8').trim()) ?? 'a process'} (process ${pid})`;
}

function findSocketInode(directory: string, protocol: PortProtocol, port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of [protocol, `${protocol}6`]) {
    const lines = (attempt(() => readFileSync(`${directory}/${table}`, 'utf8')) ?? '').split('\n').slice(1);
    for (const line of lines) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(suffix) && (protocol === 'udp' || state === TCP_LISTEN)) return inode;
    }
  }
  return undefined;
}

function findProcess(procDirectory: string, inode: string): string | undefined {
  const target = `socket:[${inode}]`;
  return readdirSync(procDirectory).find(
    (pid) =>
      /^\d+$/.test(pid) &&
      (attempt(() => readdirSync(`${procDirectory}/${pid}/fd`)) ?? []).some(
        (fd) => attempt(() => readlinkSync(`${procDirectory}/${pid}/fd/${fd}`)) === target,
      ),
  );
}

/** Processes and their files vanish while they are read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
