import { expect, it } from 'vitest';
import { networkDomain } from './network-domain.ts';

it('has the name of its network, or the id where no domain can be called so', () => {
  expect(networkDomain({ name: 'Shop', id: 'a1' })).toBe('shop.tsnet.internal');
  expect(networkDomain({ name: 'shop.eu_1', id: 'a1' })).toBe('shop.eu_1.tsnet.internal');
  expect(networkDomain({ name: 'shop-', id: 'a1' })).toBe('a1.tsnet.internal');
});
