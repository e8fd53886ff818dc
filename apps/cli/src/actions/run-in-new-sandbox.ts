import { randomBytes } from 'node:crypto';
import type { Endpoint, EndpointSpec } from '@tsnet/core';
import { carryOut } from '../carry-out.ts';
import { throwCollected } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { printable } from '../output/printable.ts';
import { parseEndpointSpec } from '../parse/endpoint-spec.ts';
import { parseNetworkOptions } from '../parse/network-option.ts';
import { parseSandboxName } from '../parse/sandbox-name.ts';
import { runCommand } from '../run-command.ts';
import { type Session, withEngine } from '../session.ts';
import { exitCodeOfSignal } from '../signals.ts';
import { addressesText, endpointDocument } from '../views/endpoint-view.ts';
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
    return parseEndpointSpec(network, { kind: 'name', name }, { ...endpoint, publish });
  });
  if (invocation.dryRun) return rehearseRun(invocation, name, specs, command);
  return withEngine(invocation, async (session) => {
    // Should this process be killed, the next one takes the sandbox down.
    await session.engine.createSandbox(name, { held: true });
    const [outcome] = await Promise.allSettled([connectAndRun(invocation, session, name, specs, command)]);
    const [teardown] = await Promise.allSettled([session.engine.deleteSandbox(name)]);
    const failures = [outcome, teardown].flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
    throwCollected('run in', name, failures);
    return outcome.status === 'fulfilled' ? outcome.value : 0;
  });
}

/** All but the command, of which nobody knows what it would do. */
async function rehearseRun(
  invocation: Invocation,
  name: string,
  specs: readonly EndpointSpec[],
  command: readonly string[],
): Promise<number> {
  await carryOut(
    invocation,
    async ({ engine }) => {
      await engine.createSandbox(name, { held: true });
      const endpoints: Endpoint[] = [];
      for (const spec of specs) endpoints.push(await engine.connect(spec));
      await engine.deleteSandbox(name);
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
  { engine, host, signals }: Session,
  name: string,
  specs: readonly EndpointSpec[],
  command: readonly string[],
): Promise<number> {
  const endpoints: Endpoint[] = [];
  for (const spec of specs) {
    if (signals.received !== undefined) return exitCodeOfSignal(signals.received);
    endpoints.push(await engine.connect(spec));
  }
  if (signals.received !== undefined) return exitCodeOfSignal(signals.received);
  tellConnections(invocation, name, endpoints);
  using netns = host.sandboxes.open({ kind: 'name', name });
  return await runCommand(netns, command);
}

/** Standard output is the command's alone. */
function tellConnections({ output }: Invocation, name: string, endpoints: readonly Endpoint[]): void {
  output.remark(connectionsDocument(name, endpoints), () => connectionsText(name, endpoints));
}

function connectionsDocument(name: string, endpoints: readonly Endpoint[]) {
  return { sandbox: name, endpoints: endpoints.map(endpointDocument) };
}

function connectionsText(name: string, endpoints: readonly Endpoint[]): string {
  return endpoints
    .map((endpoint) => {
      const ports = endpoint.ports.map((port) => `, ${portText(endpoint, port)}`).join('');
      return `${name}: ${endpoint.ifName} ${addressesText(endpoint)} on ${endpoint.networkName}${ports}`;
    })
    .join('\n');
}
