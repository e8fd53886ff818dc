import { endianness } from 'node:os';

const POLLIN = 1;
const ENTRY_LENGTH = 8;
const LITTLE_ENDIAN = endianness() === 'LE';

/** Encodes `struct pollfd` (poll.h) for each descriptor: descriptor, what is asked, what is answered; host byte order. */
export function encodePollRequest(fds: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(fds.length * ENTRY_LENGTH));
  const view = new DataView(bytes.buffer);
  for (const [index, fd] of fds.entries()) {
    view.setInt32(index * ENTRY_LENGTH, fd, LITTLE_ENDIAN);
    view.setInt16(index * ENTRY_LENGTH + 4, POLLIN, LITTLE_ENDIAN);
  }
  return bytes;
}

/** The descriptors of a request that poll(2) has answered for, be it with an error. */
export function decodeReadable(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const readable: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += ENTRY_LENGTH) {
    if (view.getInt16(offset + 6, LITTLE_ENDIAN) !== 0) readable.push(view.getInt32(offset, LITTLE_ENDIAN));
  }
  return readable;
}
