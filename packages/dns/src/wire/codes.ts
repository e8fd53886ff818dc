/** Response codes (RFC 1035 section 4.1.1, RFC 6891 section 9). */
export const rcodes = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

/** Record types that the server treats apart (IANA, "Resource Record (RR) TYPEs"). */
export const types = { a: 1, soa: 6, ptr: 12, hinfo: 13, aaaa: 28, opt: 41, ixfr: 251, any: 255 } as const;

/** From here to ANY there are no records, but requests to do something: TKEY, TSIG, IXFR, AXFR (RFC 6895 section 3.1). */
export const firstMetaType = 128;

/** The class of the Internet. */
export const classIn = 1;

/** Bits of the second word of a header, in network order. */
export const flags = {
  response: 0x8000,
  opcode: 0x7800,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  checkingDisabled: 0x0010,
  rcode: 0x000f,
} as const;

/** The size of a header, and where the question begins. */
export const headerLength = 12;

/** What a client takes over UDP if it says nothing (RFC 1035 section 4.2.1). */
export const plainUdpSize = 512;

/** The largest answer over UDP: passes every usual link in one packet (DNS flag day 2020). */
export const largestUdpSize = 1232;
