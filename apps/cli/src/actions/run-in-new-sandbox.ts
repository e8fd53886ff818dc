import { randomBytes } from 'node:crypto';
import type { Api, EndpointDocument, Input } from '@tsnet/api';
import { openLinux } from '@tsnet/linux';
import { openNetnsDirectory } from '@tsnet/netns';
import { withApi } from '../access/with-api.ts';
import { carryOut } from '../carry-out.ts';
import { throwCollected } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseEndpointSpec } from '../parse/endpoint-spec.ts';
import { parseNetworkOptions } from '../parse/network-option.ts';
import { parseSandboxName } from '../parse/sandbox-name.ts';
import { requirePrivilege } from '../privilege.ts';
import { runCommand } from '../run-command.ts';
import { exitCodeOfSignal, type HeldSignals, holdSignals } from '../signals.ts';
import { addressesText } from '../views/endpoint-view.ts';
import { portText } from '../views/port-view.ts';

/** The options of `tsnet run`, as they were typed. */
export interface RunOptions {
  readonly network: readonly string[];
  readonly publish?: readonly string[];
  readonly name?: string;
}

/** `tsnet run`: exits as the command does. Whatever happens, the sandbox is taken down with all it had. */
export async function runInNewSandbox(
  invocation: Invocation,
  command: readonly string[],
  options: RunOptions,
): Promise<number> {
  const name = parseSandboxName(options.name ?? `run-${randomBytes(4).toString('hex')}`);
  const specs = parseNetworkOptions(options.network).map(({ network, endpoint }, index) => {
    const publish = index === 0 ? (options.publish ?? []) : [];
    return parseEndpointSpec(network, name, { ...endpoint, publish });
  });
  if (invocation.dryRun) return rehearseRun(invocation, name, specs, command);
  // Who may not enter the sandbox need not have one made.
  requirePrivilege(invocation.command);
  using signals = holdSignals();
  return await withApi(invocation, async (api) => {
    // Should this process be killed, whoever has made the sandbox, or comes next, takes it down.
    await api.createSandbox({ name, holder: process.pid });
    const [outcome] = await Promise.allSettled([
      connectAndRun(invocation, { api, signals }, name, specs, command),
    ]);
    const [teardown] = await Promise.allSettled([api.deleteSandbox({ sandbox: name, holder: process.pid })]);
    const failures = [outcome, teardown].flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
    throwCollected('run in', name, failures);
    return outcome.status === 'fulfilled' ? outcome.value : 0;
  });
}

/** All but the command, of which nobody knows what it would do. */
async function rehearseRun(
  invocation: Invocation,
  name: string,
  specs: readonly Input<'connect'>[],
  command: readonly string[],
): Promise<number> {
  await carryOut(
    invocation,
    async (change) => {
      await change('createSandbox', { name, holder: process.pid });
      const endpoints: EndpointDocument[] = [];
      for (const spec of specs) endpoints.push(await change('connect', spec));
      await change('deleteSandbox', { sandbox: name, holder: process.pid });
      return endpoints;
    },
    (endpoints) => ({
      document: { ...connectionsDocument(name, endpoints), command },
      text: () => `${connectionsText(name, endpoints)}\n${printable(`and run ${command.join(' ')}`)}`,
    }),
  );
  return 0;
}

async function connectAndRun(
  invocation: Invocation,
  { api, signals }: { readonly api: Api; readonly signals: HeldSignals },
  name: string,
  specs: readonly Input<'connect'>[],
  command: readonly string[],
): Promise<number> {
  const endpoints: EndpointDocument[] = [];
  for (const spec of specs) {
    if (signals.received !== undefined) return exitCodeOfSignal(signals.received);
    endpoints.push(await api.connect(spec));
  }
  if (signals.received !== undefined) return exitCodeOfSignal(signals.received);
  tellConnections(invocation, name, endpoints);
  using netns = openNetnsDirectory({ linux: openLinux() }).open({ kind: 'name', name });
  return await runCommand(netns, command);
}

/** Standard output is the command's alone. */
function tellConnections({ output }: Invocation, name: string, endpoints: readonly EndpointDocument[]): void {
  output.remark(connectionsDocument(name, endpoints), () => connectionsText(name, endpoints));
}

function connectionsDocument(name: string, endpoints: readonly EndpointDocument[]) {
  return { sandbox: name, endpoints };
}

function connectionsText(name: string, endpoints: readonly EndpointDocument[]): string {
  return endpoints
    .map((endpoint) => {
      const ports = endpoint.ports.map((port) => `, ${portText(endpoint, port)}`).join('');
      return `${name}: ${endpoint.ifName} ${addressesText(endpoint)} on ${endpoint.network}${ports}`;
    })
    .join('\n');
}
