import type { HeaderCodec } from '../wire/message.ts';

/** struct rtmsg (linux/rtnetlink.h), 12 bytes, host byte order. */
export interface RouteHeader {
  /** AF_INET (2) or AF_INET6 (10); 0 in a dump of both. */
  readonly family: number;
  readonly destinationLength: number;
  readonly sourceLength: number;
  readonly typeOfService: number;
  /** The table when below 256; larger ones stand in the attribute of that name. */
  readonly table: number;
  /** RTPROT_*: who made the route. */
  readonly protocol: number;
  /** RT_SCOPE_*. */
  readonly scope: number;
  /** RTN_*: see {@link routeTypes}. */
  readonly type: number;
  /** RTM_F_* and RTNH_F_* bits. */
  readonly flags: number;
}

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
