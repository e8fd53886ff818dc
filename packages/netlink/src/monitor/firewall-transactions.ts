import type { RawMessage } from '../wire/header.ts';
import type { FirewallChange, FirewallEvent } from './events.ts';
import { readFirewallMessage } from './firewall-message.ts';

/** Puts the messages about one transaction of nf_tables together: the one that names its process comes last. */
export class FirewallTransactions {
  #changes = new Map<string, FirewallChange>();

  /** The transaction that a message is the last of; undefined while there are more to come. */
  add({ type, body }: RawMessage): FirewallEvent | undefined {
    const message = readFirewallMessage(type, body);
    if (message?.change !== undefined) {
      const { change, what, family, table } = message.change;
      this.#changes.set(`${change} ${what} ${family} ${table}`, message.change);
    }
    if (message?.end === undefined) return undefined;
    const event = { kind: 'firewall-changed', ...message.end, changes: [...this.#changes.values()] } as const;
    this.forget();
    return event;
  }

  /** Messages were lost: what is known of a transaction may belong to two. */
  forget(): void {
    this.#changes = new Map();
  }
}
