import { type Argument, type Expression, parseSync, Visitor } from 'oxc-parser';

/** The titles of the tests in `text` that run, as they are written: placeholders stand as such. */
export function testTitles(file: string, text: string): Set<string> {
  const titles = new Set<string>();
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
  new Visitor({
    CallExpression: ({ callee, arguments: [first] }) => {
      const title = first === undefined ? undefined : titleOf(first, text);
      if (title !== undefined && definesTests(callee)) titles.add(title);
    },
  }).visit(program);
  return titles;
}

/** `it(…)`, `it.each(…)(…)` and `it.for(…)(…)`, but not `it.skip(…)`. */
function definesTests(callee: Expression): boolean {
  if (callee.type === 'Identifier') return callee.name === 'it' || callee.name === 'test';
  if (callee.type !== 'CallExpression' || callee.callee.type !== 'MemberExpression') return false;
  const { object, property } = callee.callee;
  return definesTests(object) && property.type === 'Identifier' && ['each', 'for'].includes(property.name);
}

function titleOf(argument: Argument, text: string): string | undefined {
  if (argument.type === 'TemplateLiteral') return text.slice(argument.start + 1, argument.end - 1);
  return argument.type === 'Literal' && typeof argument.value === 'string' ? argument.value : undefined;
}
