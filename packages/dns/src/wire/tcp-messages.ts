const LENGTH = 2;

/** A message with its length in front (RFC 1035 section 4.2.2). */
export function frameForTcp(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(LENGTH + message.length);
  framed.writeUInt16BE(message.length, 0);
  message.copy(framed, LENGTH);
  return framed;
}

/** Finds messages in a stream of bytes. */
export class TcpMessages {
  readonly #longest: number;
  #pending: Buffer = Buffer.alloc(0);

  /** @param longest - how long a message may be. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Takes bytes and gives the messages that they complete; undefined if one is too long: then the stream is of no use. */
  add(chunk: Buffer): readonly Buffer[] | undefined {
    let rest = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: Buffer[] = [];
    while (rest.length >= LENGTH) {
      const length = rest.readUInt16BE(0);
      if (length > this.#longest) return undefined;
      if (rest.length < LENGTH + length) break;
      messages.push(rest.subarray(LENGTH, LENGTH + length));
      rest = rest.subarray(LENGTH + length);
    }
    // A copy, so that a few bytes do not hold a whole chunk.
    this.#pending = Buffer.from(rest);
    return messages;
  }
}
