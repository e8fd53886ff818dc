import type { HeaderCodec } from '../wire/message.ts';

/** struct nfgenmsg (linux/netfilter/nfnetlink.h), 4 bytes. */
export interface NetfilterHeader {
  /** AF_INET (2) or AF_INET6 (10). */
  readonly family: number;
  /** Of the protocol: 0. */
  readonly version: number;
  /** 0 in messages of connection tracking. Network byte order. */
  readonly resourceId: number;
}

/** Codec of {@link NetfilterHeader}. */
export const netfilterHeader: HeaderCodec<NetfilterHeader> = {
  write(writer, header) {
    writer.u8(header.family);
    writer.u8(header.version);
    writer.be16(header.resourceId);
  },
  read: (reader) => ({ family: reader.u8(), version: reader.u8(), resourceId: reader.be16() }),
};
