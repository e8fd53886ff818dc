import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inPrivateHost = join(import.meta.dirname, '../../testing/bin/in-private-host');
const BEGIN = '/tsnet-bench-begin';
const END = '/tsnet-bench-end';

/** Calls that bring up a process or a program, made between the first connect and the last disconnect. */
export interface ProcessCount {
  readonly connects: number;
  readonly programs: number;
  readonly processes: number;
}

/** Counts them with strace, in all threads and children; undefined where there is no strace. */
export function countProcesses(connects: number): ProcessCount | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'tsnet-bench-strace-'));
  const file = join(directory, 'trace');
  try {
    const calls = 'execve,execveat,fork,vfork,clone,clone3,access,faccessat,faccessat2';
    const script = join(import.meta.dirname, 'traced-connects.ts');
    const strace = ['strace', '--follow-forks', `--trace=${calls}`, '--output', file];
    const command = [...strace, process.execPath, script, String(connects), BEGIN, END];
    if (spawnSync('strace', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
    const { status } = spawnSync(inPrivateHost, command, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) throw new Error(`the traced process ended with ${status}`);
    return { connects, ...countCalls(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Counts in the text of a trace. A thread is no process. */
export function countCalls(trace: string): { readonly programs: number; readonly processes: number } {
  const lines = trace.split('\n');
  const begin = lines.findIndex((line) => line.includes(BEGIN) && !line.includes('execve'));
  const end = lines.findIndex((line) => line.includes(END) && !line.includes('execve'));
  if (begin === -1 || end <= begin) throw new Error('the trace lacks its marks');
  const between = lines.slice(begin, end);
  const count = (pattern: RegExp) => between.filter((line) => pattern.test(line)).length;
  return {
    programs: count(/^\d+ +execve(at)?\(/),
    processes: count(/^\d+ +(fork|vfork|clone3?)\((?!.*CLONE_THREAD)/),
  };
}
