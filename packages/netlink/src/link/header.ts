import type { HeaderCodec } from '../wire/message.ts';

/** struct ifinfomsg (linux/rtnetlink.h), 16 bytes, host byte order. */
export interface LinkHeader {
  /** AF_UNSPEC for links, AF_BRIDGE for a link's side as a bridge port. */
  readonly family: number;
  /** ARPHRD_*: 1 is Ethernet, 772 loopback. */
  readonly hardwareType: number;
  /** 0 where the link is named by attribute or the kernel is to choose. */
  readonly ifIndex: number;
  /** IFF_* bits: see {@link linkFlags}. */
  readonly flags: number;
  /** Which bits of `flags` a change applies to. */
  readonly changeMask: number;
}

/** Codec of {@link LinkHeader}. */
export const linkHeader: HeaderCodec<LinkHeader> = {
  write(writer, header) {
    writer.u8(header.family);
    writer.u8(0);
    writer.u16(header.hardwareType);
    writer.s32(header.ifIndex);
    writer.u32(header.flags);
    writer.u32(header.changeMask);
  },
  read(reader) {
    const family = reader.u8();
    reader.u8();
    return {
      family,
      hardwareType: reader.u16(),
      ifIndex: reader.s32(),
      flags: reader.u32(),
      changeMask: reader.u32(),
    };
  },
};
