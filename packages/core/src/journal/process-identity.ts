import { readFileSync } from 'node:fs';

/**
 * A process, told from every other one, also from later ones with its number: boot, number, and when it began. Processes of
 * one store must see each other under one /proc.
 */
export class ProcessIdentity {
  readonly #bootId: string;
  readonly #procDirectory: string;
  /** This process, as a text without spaces. */
  readonly own: string;

  constructor(bootId: string, procDirectory: string) {
    this.#bootId = bootId;
    this.#procDirectory = procDirectory;
    this.own = `${bootId}.${process.pid}.${this.#startOf('self')}`;
  }

  /** The process of an id, as a text: this one by default. One that is gone is never alive. */
  of(pid: number = process.pid): string {
    return pid === process.pid ? this.own : `${this.#bootId}.${pid}.${this.#startOf(String(pid))}`;
  }

  /** Whether the process that a text tells of still runs. */
  isAlive(text: string): boolean {
    const [boot, pid = '', start] = text.split('.');
    if (boot !== this.#bootId || !/^\d+$/.test(pid)) return false;
    return this.#startOf(pid) === start;
  }

  /** When a process began, in ticks since the boot; undefined when there is none: proc_pid_stat(5). */
  #startOf(pid: string): string | undefined {
    try {
      const stat = readFileSync(`${this.#procDirectory}/${pid}/stat`, 'utf8');
      // The second field is a name in parentheses, which may hold anything.
      const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' || state === 'X' ? undefined : rest[18];
    } catch {
      return undefined;
    }
  }
}
