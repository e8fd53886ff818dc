import { readFileSync } from 'node:fs';

/** Bytes that a process has in memory (VmRSS). */
export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no memory: it has ended`);
  return Number(kibibytes) * 1024;
}

/** Seconds that all threads of a process together have had a processor for, in steps of 10 ms. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything. What follows begins with the third field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  return ((userTicks ?? Number.NaN) + (systemTicks ?? Number.NaN)) / TICKS_A_SECOND;
}

/** USER_HZ, which is 100 on every architecture that Node.js has Linux builds for. */
const TICKS_A_SECOND = 100;
