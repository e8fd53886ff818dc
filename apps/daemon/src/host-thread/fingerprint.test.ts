import { expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

it('is the same for the same value in another order, and another for another value', () => {
  const one = fingerprintOf(['connect', { a: [1, 2], b: { c: 'x', d: null } }]);
  expect(fingerprintOf(['connect', { b: { d: null, c: 'x' }, a: [1, 2] }])).toBe(one);
  expect(fingerprintOf(['connect', { a: [2, 1], b: { c: 'x', d: null } }])).not.toBe(one);
  expect(fingerprintOf(['publish', { a: [1, 2], b: { c: 'x', d: null } }])).not.toBe(one);
});
