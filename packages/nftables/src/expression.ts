import { InvalidNftablesInputError } from './errors.ts';

const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/**
 * Checks that the text of a rule is one statement of nft: it cannot end the command and begin another,
 * nor comment out what follows. What it says is for nft to judge.
 *
 * @throws {@link InvalidNftablesInputError}
 */
export function checkedExpression(expression: string): string {
  const fault = findFault(expression);
  if (fault !== undefined)
    throw new InvalidNftablesInputError(`the rule ${JSON.stringify(expression)}`, fault);
  return expression.trim();
}

function findFault(expression: string): string | undefined {
  if (expression.trim() === '') return 'it is empty';
  if (/\p{Cc}/u.test(expression)) return 'it has a line end or a control character';
  const open: string[] = [];
  let quoted = false;
  for (const character of expression) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (';#$\\'.includes(character)) return `it has a ${character} outside quotes`;
    else if (closers[character] !== undefined) open.push(closers[character]);
    else if ('})]'.includes(character) && open.pop() !== character) return `its ${character} closes nothing`;
  }
  if (quoted) return 'a quote is not closed';
  return open.length === 0 ? undefined : `a ${open.at(-1)} is missing`;
}
