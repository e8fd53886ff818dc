import { styleText } from 'node:util';

/** What a step of the demonstration found out. */
export interface Outcome {
  readonly good: boolean;
  /** A few words behind the step: an address, a time, what went wrong. */
  readonly detail: string;
}

/** Prints the demonstration as it goes, and remembers whether all went well. */
export class Report {
  #failures = 0;
  #passed = 0;

  get allGood(): boolean {
    return this.#failures === 0;
  }

  chapter(title: string): void {
    console.log(`\n${styleText('bold', title)}`);
  }

  text(lines: string): void {
    console.log(lines.replace(/^/gm, '    '));
  }

  /** Runs a step and prints one line for it: whether it went well, how long it took, what it was. */
  async step(title: string, body: () => Promise<Outcome>): Promise<void> {
    const start = performance.now();
    const { good, detail } = await body().catch((error: unknown) => ({
      good: false,
      detail: explain(error),
    }));
    const duration = `${(performance.now() - start).toFixed(0)} ms`.padStart(8);
    if (good) this.#passed += 1;
    else this.#failures += 1;
    const mark = good ? styleText('green', '✓') : styleText('red', '✗');
    console.log(
      `  ${mark} ${styleText('dim', duration)}  ${title}${detail === '' ? '' : styleText('dim', `  ${detail}`)}`,
    );
  }

  summary(milliseconds: number): void {
    const seconds = (milliseconds / 1000).toFixed(1);
    const failed = this.#failures === 0 ? '' : `, ${styleText('red', `${this.#failures} failed`)}`;
    console.log(`\n${this.#passed} steps went as they should${failed}, in ${seconds} s.\n`);
  }
}

/** What a failed program said last, or the failure itself. */
function explain(error: unknown): string {
  const said =
    error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
  return said || (error instanceof Error ? error.message : String(error));
}
