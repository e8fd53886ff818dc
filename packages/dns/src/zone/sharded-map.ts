const SHARDS = 256;

/**
 * An immutable map from text. A change copies one of many small maps, so that it costs about the same with 10 and with
 * 50,000 entries.
 */
export class ShardedMap<V> {
  readonly #shards: readonly ReadonlyMap<string, V>[];

  private constructor(shards: readonly ReadonlyMap<string, V>[]) {
    this.#shards = shards;
  }

  /** A map with nothing in it. */
  static empty<V>(): ShardedMap<V> {
    return new ShardedMap<V>(new Array<ReadonlyMap<string, V>>(SHARDS).fill(new Map()));
  }

  get(key: string): V | undefined {
    return this.#shards[shardOf(key)]?.get(key);
  }

  /** The same map with another value for a key, or, with undefined, without it. */
  with(key: string, value: V | undefined): ShardedMap<V> {
    const index = shardOf(key);
    const shard = new Map(this.#shards[index]);
    if (value === undefined) shard.delete(key);
    else shard.set(key, value);
    return new ShardedMap(this.#shards.with(index, shard));
  }
}

/** FNV-1a, of which eight bits are enough. */
function shardOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & (SHARDS - 1);
}
