import { diagnose, type NetworkRecord, type Reading, read, readFacts, unread } from '@tsnet/doctor';
import { isTsnetError } from '@tsnet/errors';
import { openLinux } from '@tsnet/linux';
import { problemsFound } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { withInventory } from '../session.ts';
import { diagnosisDocument, diagnosisText } from '../views/diagnosis-view.ts';

/** `tsnet doctor` */
export async function diagnoseHost(invocation: Invocation): Promise<number> {
  const networks = await readNetworks(invocation);
  const diagnosis = diagnose(readFacts({ linux: openLinux(), networks }));
  invocation.output.result(diagnosisDocument(diagnosis), () => diagnosisText(diagnosis));
  return diagnosis.findings.some(({ severity }) => severity === 'problem') ? problemsFound : 0;
}

/** A state that cannot be read says nothing of the host: the rest is looked at all the same. */
async function readNetworks(invocation: Invocation): Promise<Reading<readonly NetworkRecord[]>> {
  try {
    return await withInventory(
      invocation,
      async (inventory) => {
        const networks = await inventory.listNetworks();
        const endpoints = Map.groupBy(await inventory.listEndpoints(), ({ networkId }) => networkId);
        return read(networks.map((network) => ({ network, endpoints: endpoints.get(network.id) ?? [] })));
      },
      { readOnly: true },
    );
  } catch (error) {
    if (!isTsnetError(error)) throw error;
    return unread(`the networks on record in ${invocation.stateDirectory}`, error.reason);
  }
}
