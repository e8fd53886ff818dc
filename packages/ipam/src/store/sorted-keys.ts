const blockLimit = 512;

/**
 * A sorted set of keys: insert, delete and search cost a binary search and the shift of one short block,
 * however many keys there are.
 */
export class SortedKeys {
  /** No block is empty, except the only one of an empty set. */
  readonly #blocks: string[][] = [[]];

  add(key: string): void {
    const at = this.#blockFor(key);
    const block = this.#blocks[at] ?? [];
    const index = firstAtLeast(block, key);
    if (block[index] === key) return;
    block.splice(index, 0, key);
    if (block.length > blockLimit) this.#blocks.splice(at + 1, 0, block.splice(blockLimit / 2));
  }

  delete(key: string): void {
    const at = this.#blockFor(key);
    const block = this.#blocks[at] ?? [];
    const index = firstAtLeast(block, key);
    if (block[index] !== key) return;
    block.splice(index, 1);
    if (block.length === 0 && this.#blocks.length > 1) this.#blocks.splice(at, 1);
  }

  /** The keys from `from` (included) up to `end` (not included), in order. */
  *between(from: string, end: string): Generator<string, void, undefined> {
    let at = this.#blockFor(from);
    let index = firstAtLeast(this.#blocks[at] ?? [], from);
    for (let block = this.#blocks[at]; block; block = this.#blocks[at]) {
      for (; index < block.length; index += 1) {
        const key = block[index];
        if (key === undefined || key >= end) return;
        yield key;
      }
      at += 1;
      index = 0;
    }
  }

  /** The last block whose first key is not behind `key`. */
  #blockFor(key: string): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#blocks[middle]?.[0] ?? '') <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function firstAtLeast(block: readonly string[], key: string): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((block[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
