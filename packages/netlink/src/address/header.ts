import type { HeaderCodec } from '../wire/message.ts';

/** struct ifaddrmsg (linux/if_addr.h), 8 bytes, host byte order. */
export interface AddressHeader {
  /** AF_INET (2) or AF_INET6 (10). */
  readonly family: number;
  /** Bits. */
  readonly prefixLength: number;
  /** The low eight bits of {@link addressFlags}. */
  readonly flags: number;
  /** RT_SCOPE_*: see {@link routeScopes}. */
  readonly scope: number;
  /** Index of the link. */
  readonly ifIndex: number;
}

/** Codec of {@link AddressHeader}. */
export const addressHeader: HeaderCodec<AddressHeader> = {
  write(writer, header) {
    writer.u8(header.family);
    writer.u8(header.prefixLength);
    writer.u8(header.flags);
    writer.u8(header.scope);
    writer.u32(header.ifIndex);
  },
  read: (reader) => ({
    family: reader.u8(),
    prefixLength: reader.u8(),
    flags: reader.u8(),
    scope: reader.u8(),
    ifIndex: reader.u32(),
  }),
};
