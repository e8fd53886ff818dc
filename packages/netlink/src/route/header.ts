import type { HeaderCodec } from '../wire/message.ts';

/** struct rtmsg (linux/rtnetlink.h), 12 bytes, host byte order. */
export interface RouteHeader {
  /** AF_INET (2) or AF_INET6 (10); 0 in a dump of both. */
  readonly family: number;
  /** Bits of the destination's prefix. */
  readonly destinationLength: number;
  /** Bits of the source's prefix, in IPv6 routes that look at it. */
  readonly sourceLength: number;
  readonly typeOfService: number;
  /** RT_TABLE_* when below 256; larger ones stand in the attribute of that name. See {@link routeTables}. */
  readonly table: number;
  /** RTPROT_*: see {@link routeProtocols}. */
  readonly protocol: number;
  /** RT_SCOPE_*: see {@link routeScopes}. */
  readonly scope: number;
  /** RTN_*: see {@link routeTypes}. */
  readonly type: number;
  /** RTM_F_* and RTNH_F_* bits. */
  readonly flags: number;
}

/** Codec of {@link RouteHeader}. */
export const routeHeader: HeaderCodec<RouteHeader> = {
  write(writer, header) {
    writer.u8(header.family);
    writer.u8(header.destinationLength);
    writer.u8(header.sourceLength);
    writer.u8(header.typeOfService);
    writer.u8(header.table);
    writer.u8(header.protocol);
    writer.u8(header.scope);
    writer.u8(header.type);
    writer.u32(header.flags);
  },
  read: (reader) => ({
    family: reader.u8(),
    destinationLength: reader.u8(),
    sourceLength: reader.u8(),
    typeOfService: reader.u8(),
    table: reader.u8(),
    protocol: reader.u8(),
    scope: reader.u8(),
    type: reader.u8(),
    flags: reader.u32(),
  }),
};
