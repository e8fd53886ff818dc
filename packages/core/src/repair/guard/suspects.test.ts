import { describe, expect, it } from 'vitest';
import type { Change } from '../../driver.ts';
import { Suspects } from './suspects.ts';

function told(id: string, part: string, isWell: boolean): Change {
  return { what: 'owner', id, part, isWell };
}

describe('a suspect', () => {
  it('is what is not well in some part, as it was told last', () => {
    const suspects = new Suspects();
    suspects.add(told('a', 'link', false));
    suspects.add(told('b', 'link', false));
    suspects.add(told('b', 'addresses', false));
    for (const id of ['a', 'b', 'c']) suspects.add(told(id, 'link', true));
    expect(suspects.owners).toEqual(['b']);
    suspects.take('b');
    expect(suspects.isEmpty).toBe(true);
  });

  it('is what all share until it is taken, and everything once', () => {
    const suspects = new Suspects();
    suspects.add({ what: 'shared' });
    suspects.add({ what: 'everything' });
    expect([suspects.shared, suspects.isEmpty]).toEqual([true, false]);
    expect([suspects.takeEverything(), suspects.takeEverything()]).toEqual([true, false]);
    suspects.takeShared();
    expect(suspects.isEmpty).toBe(true);
  });
});
