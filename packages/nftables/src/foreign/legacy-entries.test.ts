import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeLegacyChains } from './legacy-entries.ts';

interface Captured {
  readonly first: number;
  readonly policy: number;
  /** Base 64, from a kernel of a little-endian machine. */
  readonly entries: string;
}

const fixture = join(import.meta.dirname, '../../test/fixtures/legacy-filter.json');
const captured: Readonly<Record<'ip' | 'ip6', Captured>> = JSON.parse(readFileSync(fixture, 'utf8'));

const meta = (key: string, right: unknown, op = '==') => ({ match: { op, left: { meta: { key } }, right } });
const address = (protocol: string, field: string, addr: string, len: number, op = '==') => ({
  match: { op, left: { payload: { protocol, field } }, right: { prefix: { addr, len } } },
});

function decode(family: 'ip' | 'ip6', length?: number) {
  const { entries, ...forward } = captured[family];
  return decodeLegacyChains(family, Buffer.from(entries, 'base64').subarray(0, length), forward);
}

describe('decodeLegacyChains', () => {
  it('reads what iptables-legacy was told', () => {
    expect([...decode('ip').values()]).toEqual([
      {
        name: 'FORWARD',
        isForwardHook: true,
        policy: 'drop',
        rules: [
          [{ jump: { target: 'user' } }],
          [{ xt: { type: 'match', name: 'conntrack' } }, { accept: null }],
          [
            meta('iifname', 'docker0', '!='),
            meta('oifname', 'docker0'),
            { xt: { type: 'target', name: 'REJECT' } },
          ],
        ],
      },
      expect.objectContaining({
        name: 'user',
        isForwardHook: false,
        rules: [
          [
            meta('iifname', 'veth*'),
            address('ip', 'saddr', '10.0.0.0', 8),
            address('ip', 'daddr', '192.0.2.1', 32),
            meta('l4proto', 17),
            { drop: null },
          ],
          [{ return: null }],
          [{ return: null }],
        ],
      }),
    ]);
  });

  it('reads what ip6tables-legacy was told', () => {
    expect(decode('ip6').get('FORWARD')).toEqual({
      name: 'FORWARD',
      isForwardHook: true,
      policy: 'accept',
      rules: [
        [
          meta('oifname', 'br0'),
          address('ip6', 'saddr', 'fd00::', 8, '!='),
          { xt: { type: 'match', name: 'rt' } },
          { accept: null },
        ],
        [{ goto: { target: 'user' } }],
      ],
    });
  });

  it.each(['ip', 'ip6'] as const)(
    'reads as much as there is of a table of %s that is cut short',
    (family) => {
      const whole = Buffer.from(captured[family].entries, 'base64').length;
      for (let length = 0; length < whole; length++) {
        expect(decode(family, length).get('FORWARD')?.rules.length).toBeLessThanOrEqual(3);
      }
    },
  );
});
