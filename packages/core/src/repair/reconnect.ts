import { parseNetnsRef } from '@tsnet/netns';
import { carryOut } from '../carry-out.ts';
import { driverOf, type EngineContext } from '../context.ts';
import { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Network } from '../model/network.ts';
import { wireSandboxStep } from '../operations/wire-sandbox.ts';
import type { Step } from '../plan.ts';

/** Makes the link of an endpoint anew: the ports that lead to it are the firewall's, and stay. */
export function reconnectStep(context: EngineContext, network: Network, endpoint: Endpoint): Step {
  return {
    name: 'reconnect',
    subject: endpoint.id,
    isRehearsable: true,
    apply: () => connectAgain(context, network, endpoint),
  };
}

async function connectAgain(context: EngineContext, network: Network, endpoint: Endpoint): Promise<void> {
  const driver = driverOf(context, network.driver);
  using sandbox = Sandbox.open(context, 'repair', parseNetnsRef(endpoint.sandbox.ref));
  await carryOut(context, [
    ...driver.connect(network, endpoint, sandbox.netns),
    wireSandboxStep(context.host, network, endpoint, sandbox),
    ...driver.announce(network, endpoint, sandbox.netns, (work) => context.announcements.add(work)),
  ]);
}
