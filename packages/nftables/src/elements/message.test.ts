import { ByteWriter, decodeMessages, MalformedAttributeError, TruncatedMessageError } from '@tsnet/netlink';
import { describe, expect, it } from 'vitest';
import { hex, readSentElements } from '../../test/sent-elements.ts';
import { type ElementMessage, elementMessage } from './message.ts';

const FIRST_OBJECT_TYPE = 10 << 8;

function encode(message: ElementMessage): Uint8Array {
  const writer = new ByteWriter();
  elementMessage.write(writer, message);
  return writer.bytes;
}

/** What it decodes to, or undefined where the codec says that something is missing. */
function readIfWhole(bytes: Uint8Array): ElementMessage | undefined {
  try {
    return elementMessage.read(bytes);
  } catch (error) {
    if (error instanceof TruncatedMessageError || error instanceof MalformedAttributeError) return undefined;
    throw error;
  }
}

describe.each(readSentElements())('$title, as nft sends it', ({ datagram }) => {
  const bodies = decodeMessages(datagram)
    .filter(({ type }) => type >= FIRST_OBJECT_TYPE)
    .map(({ body }) => body);

  it('encodes to the same bytes', () => {
    expect(bodies.map((body) => hex(encode(elementMessage.read(body))))).toEqual(bodies.map(hex));
  });

  it('is refused when it is cut short, or is what stands before the cut', () => {
    for (const body of bodies) {
      for (let end = 0; end < body.length; end++) {
        const message = readIfWhole(body.subarray(0, end));
        if (message === undefined) continue;
        const again = encode(message);
        expect(hex(again.subarray(0, end)), `cut at ${end}`).toBe(hex(body.subarray(0, end)));
        // Only the padding behind the last attribute may have been missing.
        expect(again.length - end, `cut at ${end}`).toBeLessThan(4);
      }
    }
  });
});
