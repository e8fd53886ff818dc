import type { HeaderCodec } from '../wire/message.ts';

/** struct ndmsg (linux/neighbour.h), 12 bytes, host byte order. */
export interface NeighborHeader {
  /** AF_INET (2), AF_INET6 (10), or AF_BRIDGE (7) for a forwarding entry. */
  readonly family: number;
  /** Index of the link. */
  readonly ifIndex: number;
  /** NUD_* bits: see {@link neighborStates}. */
  readonly state: number;
  /** NTF_* bits: see {@link neighborFlags}. */
  readonly flags: number;
  /** RTN_*, 0 in requests: see {@link routeTypes}. */
  readonly type: number;
}

/** Codec of {@link NeighborHeader}. */
export const neighborHeader: HeaderCodec<NeighborHeader> = {
  write(writer, header) {
    writer.u8(header.family);
    writer.zeros(3);
    writer.s32(header.ifIndex);
    writer.u16(header.state);
    writer.u8(header.flags);
    writer.u8(header.type);
  },
  read(reader) {
    const family = reader.u8();
    reader.raw(3);
    return { family, ifIndex: reader.s32(), state: reader.u16(), flags: reader.u8(), type: reader.u8() };
  },
};
