import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectOrder, type Placement } from './connect-order.ts';

const port = (hostPort: number) => ({ protocol: 'tcp', hostPort, port: 80, count: 1 }) as const;

function place(text: string, address: Placement['address'], ...hostPorts: readonly number[]) {
  const [sandbox = '', network = ''] = text.split(' ');
  return { sandbox, network, address, ports: hostPorts.map(port) };
}

function ordered(...placements: readonly Placement[]): string {
  return connectOrder(placements)
    .map(({ sandbox, network }) => `${sandbox} ${network}`)
    .join(', ');
}

describe('connectOrder', () => {
  it('keeps the order within a sandbox', () => {
    expect(ordered(place('a web', 'chosen'), place('a db', 'chosen'), place('b web', 'chosen'))).toBe(
      'a web, a db, b web',
    );
  });

  it('takes given addresses before any is chosen on their network', () => {
    expect(ordered(place('a web', 'chosen'), place('a db', 'chosen'), place('b db', 'given'))).toBe(
      'a web, b db, a db',
    );
  });

  it('takes given host ports before any is chosen', () => {
    expect(ordered(place('a web', 'chosen', 0), place('b db', 'chosen', 8080))).toBe('b db, a web');
  });

  it('prefers what is given where sandboxes wait for each other', () => {
    expect(
      ordered(
        place('a web', 'chosen'),
        place('a db', 'given'),
        place('b db', 'chosen'),
        place('b web', 'given'),
      ),
    ).toBe('a db, b db, b web, a web');
  });

  it('leaves none out, and chooses nothing while something given is left', () => {
    const placement = fc.record({
      sandbox: fc.constantFrom('a', 'b', 'c'),
      network: fc.constantFrom('x', 'y'),
      address: fc.constantFrom<Placement['address']>('given', 'chosen', undefined),
      ports: fc.array(fc.constantFrom(0, 8080).map(port), { maxLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(placement, { maxLength: 12 }), (placements) => {
        const order = connectOrder(placements);
        expect(new Set(order)).toEqual(new Set(placements));
        for (const [index, { address, network }] of order.entries()) {
          if (address !== 'chosen') continue;
          const later = order.slice(index).filter((other) => other.network === network);
          // An address that is given may wait for nothing but the choice of a host port.
          expect(later.some((other) => other.address === 'given' && other.ports.length === 0)).toBe(false);
        }
      }),
    );
  });
});
