import { TsnetError } from '@tsnet/errors';

/** Something is damaged again and again: it is repaired, but not each time at once. */
export class DamageRecursError extends TsnetError {
  /** @param owner - id of the network or endpoint; undefined for what all networks share. */
  constructor(owner: string | undefined) {
    super({
      code: 'CORE_DAMAGE_RECURS',
      kind: 'conflict',
      operation: 'keep in repair',
      subject: owner === undefined ? 'what all networks share' : owner,
      reason: 'something else damages it again and again',
      hint: 'Find out who does: `ip monitor` and `nft monitor` show what is changed.',
    });
  }
}
