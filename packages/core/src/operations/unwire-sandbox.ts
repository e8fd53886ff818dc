import { deleteLink, findLink } from '@tsnet/netlink';
import type { EngineContext } from '../context.ts';
import type { Sandbox } from '../host/sandbox.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Plan } from '../plan.ts';
import { openSandbox } from './open-sandbox.ts';

/**
 * Deletes the link of an endpoint by the sandbox's end, where the host's end is not under its name: somebody may have
 * renamed it, and an address that is still in use must not be given to anybody else. Nothing in any other case.
 */
export function unwireSandboxPlan(context: EngineContext, endpoint: Endpoint): Plan {
  if (findLink(context.host.netlink, endpoint.hostIfName) !== undefined) return [];
  const { found } = withLink(context, endpoint, () => undefined);
  if (!found) return [];
  return [
    {
      name: 'unwire-sandbox',
      subject: `${endpoint.ifName} of ${endpoint.sandbox.ref}`,
      apply: () =>
        void withLink(context, endpoint, ({ netlink }, ifIndex) => netlink.send(deleteLink(ifIndex))),
    },
  ];
}

/** Does something with an endpoint's link in its sandbox, if it is there. */
function withLink(
  context: EngineContext,
  endpoint: Endpoint,
  use: (sandbox: Sandbox, ifIndex: number) => void,
): { readonly found: boolean } {
  using sandbox = openSandbox(context, endpoint);
  const link = sandbox && findLink(sandbox.netlink, endpoint.ifName);
  if (sandbox === undefined || link?.kind !== 'veth' || !link.mac?.equals(endpoint.mac))
    return { found: false };
  use(sandbox, link.ifIndex);
  return { found: true };
}
