import type { CommandBuilder } from '../command-builder.ts';
import { differs } from '../exit-code.ts';

const FILE = 'a YAML file, or - for standard input';

/** `tsnet apply`: networks from a file. */
export function addApplyCommand(program: CommandBuilder): void {
  program
    .add('apply')
    .description('Make networks, sandboxes and ports what a file says, and remove what it no longer names')
    .requiredOption('-f, --file <file>', FILE)
    .dryRunOption()
    .examples(
      'tsnet apply -f shop.yaml --dry-run',
      'tsnet apply -f shop.yaml',
      'cat shop.yaml | tsnet apply -f -',
    )
    .addHelpText('after', '\nWhat is to be done, and what its ports make reachable, is told on stderr first.')
    .runs(async () => (await import('../actions/apply-file.ts')).applyFile);
}

/** `tsnet diff` */
export function addDiffCommand(program: CommandBuilder): void {
  program
    .add('diff')
    .description('Print what `tsnet apply` would do with a file')
    .requiredOption('-f, --file <file>', FILE)
    .examples('tsnet diff -f shop.yaml')
    .addHelpText(
      'after',
      `\nThe exit code is ${differs} when there is something to do, and 0 when there is not.`,
    )
    .runs(async () => (await import('../actions/apply-file.ts')).diffFile);
}

/** `tsnet destroy` */
export function addDestroyCommand(program: CommandBuilder): void {
  program
    .add('destroy')
    .description('Take down what a file names and `tsnet apply` has made, and nothing else')
    .requiredOption('-f, --file <file>', FILE)
    .dryRunOption()
    .examples('tsnet destroy -f shop.yaml')
    .runs(async () => (await import('../actions/apply-file.ts')).destroyFile);
}
