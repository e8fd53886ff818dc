import { isTsnetError } from '@tsnet/errors';
import { openLinux } from '@tsnet/linux';
import { openNetnsDirectory } from '../src/index.ts';

// A process that works on one name beside others. It starts when told to on its input.
//   node contender.ts RUN_DIRECTORY create NAME      prints `won` or the code of the error
//   node contender.ts RUN_DIRECTORY churn NAME       creates and deletes until it is killed
//   node contender.ts RUN_DIRECTORY rounds NAME      does so 200 times; prints how often it won

const [runDirectory = '', mode, name = ''] = process.argv.slice(2);
const directory = openNetnsDirectory({ linux: openLinux(), runDirectory });

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  process.stdin.pause();
  if (mode === 'create') process.stdout.write(`${tryCreate()}\n`);
  if (mode === 'churn') for (;;) churn();
  if (mode === 'rounds') {
    let won = 0;
    for (let round = 0; round < 200; round++) if (churn()) won++;
    process.stdout.write(`${won}\n`);
  }
});

function tryCreate(): string {
  try {
    directory.create(name).close();
    return 'won';
  } catch (error) {
    if (isTsnetError(error)) return error.code;
    throw error;
  }
}

/** Whether this process made the name, and nobody else took it away before it did. */
function churn(): boolean {
  const result = tryCreate();
  if (result === 'won' && !directory.delete(name)) throw new Error('somebody else deleted it');
  if (result !== 'won' && result !== 'NETNS_EXISTS') throw new Error(result);
  return result === 'won';
}
