import type { Progress } from '@tsnet/declare';
import cliProgress from 'cli-progress';
import type { Invocation } from '../invocation.ts';
import { changeDocument, endText } from '../views/plan-view.ts';

/** Below this, a bar would be gone before it was seen. */
const FEW_CHANGES = 10;

/** Tells how far a plan has come. */
export interface ProgressTeller extends Disposable {
  tell(progress: Progress): void;
}

/** On a terminal a bar, where there is much to do; else a line for each change that is done. */
export function tellProgress({ output, verbose }: Invocation, total: number): ProgressTeller {
  if (!process.stderr.isTTY || output.json || verbose || total < FEW_CHANGES) {
    return {
      tell({ change, end, ended, total }) {
        if (end !== 'done') return;
        const { verb, thing, subject } = changeDocument(change);
        output.remark({ progress: { verb, thing, subject, ended, total } }, () => endText(change));
      },
      [Symbol.dispose]() {},
    };
  }
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {value}/{total}  {change}',
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { change: '' });
  return {
    tell({ change, end, ended }) {
      bar.update(ended, end === 'done' ? { change: endText(change) } : {});
    },
    [Symbol.dispose]() {
      bar.stop();
    },
  };
}
