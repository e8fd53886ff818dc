/**
 * Folds 128 bits into 32, the same way on every machine and in every release.
 *
 * Each 32-bit word is mixed in by a step that loses nothing, so two inputs that differ only in their last word never
 * fold alike. Any two others do with a chance of 1 in 2^32.
 */
export function fold(value: bigint): number {
  // Any seed but zero will do: zero would swallow leading zero words.
  let state = goldenRatio;
  for (const shift of [96n, 64n, 32n, 0n]) state = mix(state ^ Number((value >> shift) & 0xffff_ffffn));
  return state >>> 0;
}

// Odd, hence reversible as factors modulo 2^32: the fractions of the golden ratio and of the root of one half.
const goldenRatio = 0x9e37_79b1;
const rootOfHalf = 0xb504_f333;

/** A one-to-one map of 32-bit integers in which every bit of the input sways every bit of the output. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), goldenRatio);
  mixed = Math.imul(mixed ^ (mixed >>> 15), rootOfHalf);
  return mixed ^ (mixed >>> 16);
}
