import { carryOut } from '../carry-out.ts';
import type { Invocation } from '../invocation.ts';
import { parseSandboxName } from '../parse/sandbox-name.ts';
import { placeText } from '../views/endpoint-view.ts';

/** `tsnet netns create` */
export async function createSandbox(invocation: Invocation, text: string): Promise<void> {
  const name = parseSandboxName(text);
  await carryOut(
    invocation,
    (change) => change('createSandbox', { name }),
    (created) => ({ document: created, text: () => `created namespace ${name}` }),
  );
}

/** `tsnet netns rm` */
export async function removeSandbox(invocation: Invocation, text: string): Promise<void> {
  const sandbox = parseSandboxName(text);
  await carryOut(
    invocation,
    (change) => change('deleteSandbox', { sandbox }),
    ({ name, endpoints }) => ({
      document: { name, endpoints },
      text: () =>
        [`removed namespace ${name}`, ...endpoints.map((endpoint) => `  and ${placeText(endpoint)}`)].join(
          '\n',
        ),
    }),
  );
}
